"""What anybody writes who follows BERTopic's first page: python plain_bertopic.py TABLE ENCODER."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    import pandas as pd
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer

    texts = pd.read_csv(sys.argv[1])["text"].tolist()
    vectors = SentenceTransformer(sys.argv[2]).encode(texts)
    model = BERTopic()
    model.fit_transform(texts, vectors)
    print(model.get_topic_info())
