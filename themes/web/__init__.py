"""The review app: what a researcher works in. It reaches no model library; its `worker` does what needs one."""
