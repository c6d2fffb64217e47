"""Tiny cross-encoders with random weights, made on disk."""

from __future__ import annotations

import string
import warnings
from collections.abc import Sequence
from pathlib import Path


def make_cross_encoder(
    folder: Path, labels: Sequence[str], seed: int = 3, always: Sequence[float] | None = None
) -> Path:
    """A BERT of two small layers with one output a label; it reads 96 word pieces.

    `always`: the logits that it gives to whatever it reads.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

        letters = [*string.ascii_letters, *string.digits, *string.punctuation]
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
        pieces += [f"##{letter}" for letter in letters]
        folder.mkdir(parents=True)
        (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
        BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=len(pieces),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=96,
            num_labels=len(labels),
            id2label=dict(enumerate(labels)),
            label2id={label: n for n, label in enumerate(labels)},
        )
        model = BertForSequenceClassification(config)
        if always is not None:
            model.classifier.weight.data.zero_()
            model.classifier.bias.data = torch.tensor([float(each) for each in always])
        model.save_pretrained(folder)
    return folder
