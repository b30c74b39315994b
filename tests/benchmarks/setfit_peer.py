"""SetFit in the environment of the peers: python setfit_peer.py MODEL GIVEN.json SCORES.npy STEPS."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def main(model: str, given: str, scores: str, steps: str) -> None:
    """Fine-tunes the encoder on pairs of known passages, fits a logistic head and writes (asked, codes) scores."""
    from datasets import Dataset  # noqa: PLC0415  only the environment of the peers has it, as the next
    from sentence_transformers import SentenceTransformer
    from setfit import SetFitModel, Trainer, TrainingArguments  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    told = json.loads(Path(given).read_text(encoding="utf-8"))
    known = np.array(told["known"])
    heads = OneVsRestClassifier(LogisticRegression())
    used = np.flatnonzero(known.any(axis=0) & ~known.all(axis=0))
    setfit = SetFitModel(
        model_body=SentenceTransformer(model, device="cpu"), model_head=heads, multi_target_strategy="one-vs-rest"
    )
    arguments = TrainingArguments(
        output_dir=str(Path(scores).parent / "setfit"), batch_size=16, max_steps=int(steps), seed=0,
        save_strategy="no", report_to="none",
    )  # fmt: skip
    taught = Dataset.from_dict({"text": told["texts"], "label": known[:, used].astype(int).tolist()})
    trainer = Trainer(model=setfit, args=arguments, train_dataset=taught)
    trainer.train()
    found = np.tile(known.mean(axis=0), (len(told["asked"]), 1))
    found[:, used] = np.asarray(setfit.predict_proba(told["asked"]), dtype=float)
    np.save(scores, found)


if __name__ == "__main__":
    main(*sys.argv[1:])
