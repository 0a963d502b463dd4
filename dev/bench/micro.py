"""usage: micro.py BENCH_BINARY FOLDER [ROWS [RUNS]]

P1 (ns to decode a value) and W1 (Parquet writing) of sluice-bench, and the same rows written by pyarrow with the same compression, in
turns; then T1, what T-nodes take of a row. Prints medians; single threaded, CPU time only.
"""
import json, os, statistics, subprocess, sys, time

import pyarrow.parquet as pq

binary, folder = sys.argv[1:3]
rows, runs = (sys.argv[3:] + ["1000000", "5"][len(sys.argv) - 3:])[:2]
path = os.path.join(folder, "lineitem.parquet")
figures = {"P1": [], "W1": [], "dictionary": [], "plain": []}
sizes = {}
for _ in range(int(runs)):
    for line in subprocess.run([binary, folder, rows, "1"], check=True, capture_output=True, text=True).stdout.splitlines():
        row = json.loads(line)
        if row["bench"] not in figures:
            continue
        figures[row["bench"]].append(row["nanosecondsPerValue"] if row["bench"] == "P1" else row["cpu"])
    sizes["W1"] = os.path.getsize(path)
    table = pq.read_table(path, use_threads=False)
    for name, dictionary in (("dictionary", True), ("plain", False)):
        started = time.process_time()
        pq.write_table(table, path + ".peer", compression="zstd", compression_level=1, use_dictionary=dictionary, store_schema=False)
        figures[name].append(time.process_time() - started)
        sizes[name] = os.path.getsize(path + ".peer")
        os.remove(path + ".peer")
for line in subprocess.run([binary, "expressions"], check=True, capture_output=True, text=True).stdout.splitlines():
    row = json.loads(line)
    print(f"E1  {row['nanosecondsPerRow']:6.1f} ns a row  {row['expression']}")
median = {name: statistics.median(values) for name, values in figures.items()}
millions = int(rows) / 1e6
print(f"P1  decoding     {median['P1']:6.1f} ns a value ({min(figures['P1']):.1f} at best)")
for name, label in (("W1", "sluice"), ("dictionary", "pyarrow, dictionaries"), ("plain", "pyarrow, plain")):
    print(f"W1  {label:<22} {median[name] / millions:6.3f} CPU s a million rows  {sizes[name] / 1e6:7.1f} MB"
          f"  {median['W1'] / median[name]:5.2f} x")
for line in subprocess.run([binary, "nodes", rows, runs], check=True, capture_output=True, text=True).stdout.splitlines():
    row = json.loads(line)
    print(f"T1  {row['nodes']:<42} {row['nanosecondsPerRow']:6.1f} ns a row ({row['best']:.1f} at best)")
