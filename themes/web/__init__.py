"""The review app: pages on this computer in which a person decides.

It reads and writes the project file alone. What needs a model is asked of a worker, a process of its own.
"""
