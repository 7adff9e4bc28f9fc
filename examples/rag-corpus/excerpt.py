"""Takes the corpus and the questions of this example from the package: pip install -r requirements.txt."""

import argparse
import gzip
import json
from importlib.metadata import distribution
from pathlib import Path

DATA = "inspect_evals/tau2/data/domains/banking_knowledge/"
PARTS = (
    "doc_credit_cards_credit_cards_(general)_",
    "doc_credit_cards_bronze_rewards_card_",
    "doc_credit_cards_silver_rewards_card_",
    "doc_credit_cards_gold_rewards_card_",
    "doc_credit_cards_platinum_rewards_card_",
    "doc_credit_cards_ecocard_",
)
# Stand for documents that were written after the corpus in use was published.
ADDED = 5


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, default=Path("."))
    out = arguments.parse_args().out
    package = distribution("inspect-evals")
    with gzip.open(package.locate_file(DATA + "documents.json.gz")) as file:
        every = json.load(file)
    tasks = json.loads(Path(package.locate_file(DATA + "tasks.json")).read_text("utf-8"))

    documents = [
        {"id": one["id"], "title": one["title"], "content": one["content"]}
        for one in sorted(every, key=lambda one: one["id"])
        if one["id"].startswith(PARTS)
    ]
    known = {one["id"] for one in documents}
    questions = [
        {
            "id": one["id"],
            "question": one["user_scenario"]["instructions"],
            "documents": one["required_documents"],
        }
        for one in tasks
        if one["required_documents"] and known.issuperset(one["required_documents"])
    ]
    write(out / "corpus/documents.jsonl", documents)
    write(out / "eval/questions.jsonl", questions)
    write(out / "published/documents.jsonl.gz", documents[:-ADDED])


def write(path: Path, rows: list) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    # mtime: the same bytes on every run
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


if __name__ == "__main__":
    main()
