# The hand-written query through the Python client. Started in the folder of the tables; prints one JSON object.
import json
import pathlib

import duckdb

connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": "spill"})
numbers, columns = {}, []
for sql in pathlib.Path(__file__).with_name("bare-query.sql").read_text().split(";\n"):
    connection.execute(sql)
    names = [name for name, *_ in connection.description]
    rows = connection.fetchall()
    if names[0] == "column_name":
        columns = [row[:2] for row in rows]
    else:
        numbers.update(zip(names, rows[0]))
print(json.dumps({"numbers": numbers, "columns": columns, "versions": f"duckdb {duckdb.__version__}"}))
