#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Data and expected outputs of pipelines/examples/tasks: everyday tasks, computed here without leat.

usage: tasks.py [--check]

Writes pipelines/examples/tasks/data and pipelines/examples/expected/tasks/NAME/; --check only says whether what is there
is right. Nothing here may come from a run of leat. Data is random with a fixed seed, and has what breaks naive solutions:
ties, empty fields, keys without partners, records out of order.
"""

import argparse
import collections
import csv
import datetime
import hmac
import io
import json
import pathlib
import random
import statistics
import sys

from expected import EXAMPLES, csv_text, float_text, rounded

DATA = EXAMPLES / "tasks/data"
COUNTRIES = ["DE", "FR", "GB", "SE"]
DAY = datetime.timedelta(days=1)


def rows_of(text: str) -> list:
    return list(csv.DictReader(io.StringIO(text)))


# -------------------------------------------------------------------------------------------------------------- the data


def customers() -> str:
    """Several records of a customer, not in the order of time; some share their time."""
    chance, rows = random.Random(2), []
    for customer in range(1, 61):
        for version in range(chance.randint(1, 4)):
            stamp = datetime.datetime(2026, 1, chance.randint(1, 28), chance.randint(0, 23))
            rows.append([customer, f"Customer {customer:02}", chance.choice(COUNTRIES), f"{stamp.isoformat()}Z", version])
    chance.shuffle(rows)
    return csv_text(["customer_id", "name", "country", "updated_at", "version"], rows)


def products() -> str:
    chance = random.Random(3)
    rows = [[f"P{n:02}", f"Product {n:02}", chance.choice(["tea", "mugs", "kettles"])] for n in range(1, 16)]
    return csv_text(["sku", "product", "category"], rows)


def orders() -> str:
    """Some customers and products are unknown; days are missing; prices are whole cents."""
    chance, rows = random.Random(4), []
    days = [datetime.date(2026, 1, 1) + n * DAY for n in range(42) if n % 5 != 3]
    for number in range(1, 301):
        customer = "" if number % 50 == 0 else chance.randint(1, 70)
        sku, price = f"P{chance.randint(1, 17):02}", chance.randint(50, 9999) / 100
        rows.append([number, chance.choice(days), customer, sku, chance.randint(1, 5), f"{price:.2f}"])
    return csv_text(["order_id", "day", "customer_id", "sku", "qty", "price"], rows)


def visits() -> str:
    chance, rows = random.Random(5), []
    for user in range(1, 13):
        stamp = datetime.datetime(2026, 3, 1, 8)
        for _ in range(chance.randint(1, 25)):
            stamp += datetime.timedelta(minutes=chance.choice([0, 1, 3, 10, 30, 31, 90]))
            rows.append([f"u{user}", stamp.isoformat(), chance.choice(["/", "/tea", "/cart", "/pay"])])
    chance.shuffle(rows)
    return csv_text(["user", "ts", "page"], rows)


def snapshots() -> tuple:
    chance, old, new = random.Random(10), [], []
    for number in range(1, 81):
        row = [number, f"Name {number}", chance.choice(COUNTRIES), chance.choice(["", "10", "20"])]
        if number % 9:
            old.append(row)
        if number % 7:
            new.append([number, row[1], row[2] if number % 5 else "SE", row[3] if number % 4 else "30"])
    header = ["id", "name", "country", "discount"]
    return csv_text(header, old), csv_text(header, new)


def ranges() -> str:
    rows = [[n * 1000, n * 1000 + 599, COUNTRIES[n % 4]] for n in range(1, 30)]
    return csv_text(["first", "last", "country"], rows)


def requests() -> str:
    chance = random.Random(21)
    return csv_text(["request", "address"], [[n, chance.randint(0, 31000)] for n in range(1, 121)])


def german(cents: int) -> str:
    """1.234,56"""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def invoices() -> list:
    chance = random.Random(1)
    day = datetime.date(2025, 1, 1)
    names = ["Müller & Söhne", "Groß GmbH", "Café Zoë", "Weiß; Schwarz"]
    return [
        [number, day + chance.randint(0, 364) * DAY, chance.choice(names), chance.randint(1, 99999999), chance.random() < 0.5]
        for number in range(1001, 1041)
    ]


def export() -> bytes:
    lines = ["Rechnung;Datum;Kunde;Betrag;bezahlt;Kunde"]
    for number, day, name, cents, paid in invoices():
        quoted = f'"{name}"' if ";" in name else f" {name}  "
        lines.append(f"{number}; {day.strftime('%d.%m.%Y')};{quoted};{german(cents)};{'ja' if paid else 'nein'};K{number}")
        if number % 10 == 0:
            lines.append("")
    lines.append(f"Summe;;;{german(sum(row[3] for row in invoices()))};;")
    return "".join(line + "\r\n" for line in lines).encode("latin1")


def months() -> str:
    chance, names = random.Random(8), ["2025-11", "2025-12", "2026-01"]
    rows = [[f"P{n:02}", f"note {n}", *(chance.choice([None, chance.randint(1, 90)]) for _ in names)] for n in range(1, 13)]
    return csv_text(["sku", "note", *names], rows)


def nested() -> str:
    chance, lines = random.Random(9), []
    for number in range(1, 41):
        items = [
            {"sku": f"P{chance.randint(1, 15):02}", "qty": chance.randint(1, 5), "price": chance.randint(100, 999)}
            for _ in range(chance.randint(0, 4))
        ]
        lines.append(json.dumps({"order_id": number, "customer": {"name": f"Zoë {number}"}, "items": items}, ensure_ascii=False))
    return "".join(line + "\n" for line in lines)


def stock_rows() -> list:
    chance, day = random.Random(15), datetime.date(2025, 1, 1)
    return [[f"P{n:02}", day + chance.randint(0, 300) * DAY, chance.randint(0, 99999)] for n in range(1, 21)]


def stock() -> str:
    return "".join(f"{sku:<5}{day.strftime('%Y%m%d')}{pieces:>6}\n" for sku, day, pieces in stock_rows())


def shelves() -> str:
    return "sku\tshelf\n" + "".join(f"P{n:02}\tS{n % 4}\n" for n in range(1, 31, 2))


def catalogue_rows() -> list:
    chance = random.Random(16)
    return [
        {"sku": f"P{n:02}", "name": f'Pot "{n}"', "price": chance.randint(100, 99999), "tags": ["new", "tea"][: n % 3]}
        for n in range(1, 21)
    ]


def catalogue() -> str:
    return json.dumps({"version": 3, "data": {"products": catalogue_rows()}}, indent=2) + "\n"


def daily(number: int) -> str:
    return csv_text(["day", "n"], [[f"2026-02-0{number}", n] for n in range(number * 3)])


# ------------------------------------------------------------------------------------------------------------- the tasks


def cleaned() -> str:
    rows = [
        [number, day, name, f"{cents // 100}.{cents % 100:02}", str(paid).lower(), f"K{number}"]
        for number, day, name, cents, paid in invoices()
    ]
    return csv_text(["invoice", "day", "customer", "amount", "paid", "Kunde_2"], rows)


def pivoted() -> str:
    cells, months_there, skus = collections.Counter(), set(), set()
    for order in rows_of(orders()):
        month = order["day"][:7]
        months_there.add(month)
        skus.add(order["sku"])
        cells[order["sku"], month] += int(order["qty"])
    names = sorted(months_there)
    return csv_text(["sku", *names], [[sku, *(cells.get((sku, name)) for name in names)] for sku in sorted(skus)])


def unpivoted() -> str:
    rows = []
    for row in rows_of(months()):
        rows += [[row["sku"], row["note"], name, row[name]] for name in list(row)[2:] if row[name]]
    return csv_text(["sku", "note", "month", "pieces"], rows)


def items() -> str:
    rows = []
    for line in nested().splitlines():
        order = json.loads(line)
        rows += [
            [order["order_id"], order["customer"]["name"], item["sku"], item["qty"], item["qty"] * item["price"]]
            for item in order["items"]
        ]
    return csv_text(["order_id", "customer", "sku", "qty", "revenue"], rows)


def shelved() -> str:
    known = dict(line.split("\t") for line in shelves().splitlines()[1:])
    return csv_text(["sku", "counted", "pieces", "shelf"], [[*row, known.get(row[0])] for row in stock_rows()])


def listed() -> str:
    rows = [
        [row["sku"], row["name"], row["price"], json.dumps(row["tags"], separators=(",", ":"))] for row in catalogue_rows()
    ]
    return csv_text(["sku", "name", "price", "tags"], rows)


def appended() -> str:
    return daily(1) + daily(2).partition("\n")[2]


def yesterday() -> str:
    day = [order for order in rows_of(orders()) if order["day"] == "2026-01-05"]
    revenue = sum(int(order["qty"]) * round(float(order["price"]) * 100) for order in day)
    return csv_text(["day", "orders", "revenue"], [["2026-01-05", len(day), float_text(revenue / 100)]])


def sampled() -> str:
    counts = collections.Counter(row["country"] for row in rows_of(customers()))
    return csv_text(["country", "kept"], [[name, int(counts[name] / 10 + 0.5)] for name in sorted(counts)])


def pseudonyms() -> str:
    def hidden(name: str) -> str:
        return hmac.new(b"not a secret", name.encode(), "sha256").hexdigest()

    rows = [[row["customer_id"], hidden(row["name"]), row["country"]] for row in rows_of(customers())]
    return csv_text(["customer_id", "name", "country"], rows)


def by_category() -> str:
    categories, pieces = {row["sku"]: row["category"] for row in rows_of(products())}, collections.Counter()
    for order in rows_of(orders()):
        if int(order["qty"]) >= 2 and order["customer_id"] and order["sku"] in categories:
            pieces[categories[order["sku"]]] += int(order["qty"])
    return csv_text(["category", "pieces"], sorted(pieces.items()))


def latest_record() -> str:
    best = {}
    for number, row in enumerate(rows_of(customers())):
        kept = best.get(row["customer_id"])
        if kept is None or row["updated_at"] > kept[1]["updated_at"]:
            best[row["customer_id"]] = (number, row)
    kept = sorted(best.values(), key=lambda one: one[0])  # rows come where the kept ones stood
    return csv_text(list(kept[0][1]), [row.values() for _, row in kept])


def joined() -> str:
    names = {row["customer_id"]: row for row in rows_of(latest_record())}
    skus = {row["sku"]: row for row in rows_of(products())}
    rows = []
    for order in rows_of(orders()):
        customer, product = names.get(order["customer_id"]), skus.get(order["sku"])
        rows.append(
            [order["order_id"], customer and customer["name"], customer and customer["country"], product and product["product"]]
        )
    return csv_text(["order_id", "name", "country", "product"], rows)


def roll_up() -> str:
    totals = collections.Counter()
    for order in rows_of(orders()):
        totals[order["day"]] += int(order["qty"])
    days = [datetime.date(2026, 1, 1) + n * DAY for n in range(42)]
    return csv_text(["day", "pieces"], [[day, totals[day.isoformat()]] for day in days])


def sessions() -> str:
    by_user, rows = collections.defaultdict(list), []
    for number, visit in enumerate(rows_of(visits())):
        by_user[visit["user"]].append((visit["ts"], number, visit["page"]))
    for user in sorted(by_user):
        number, begun, last, pages = 0, None, None, 0
        for stamp, _, _ in sorted(by_user[user]):
            now = datetime.datetime.fromisoformat(stamp)
            if last is None or now - last > datetime.timedelta(minutes=30):
                if last is not None:
                    rows.append([user, number, pages, int((last - begun).total_seconds())])
                number, begun, pages = number + 1, now, 0
            last, pages = now, pages + 1
        rows.append([user, number, pages, int((last - begun).total_seconds())])
    return csv_text(["user", "session", "pages", "seconds"], rows)


def top_products() -> str:
    countries = {row["customer_id"]: row["country"] for row in rows_of(latest_record())}
    pieces = collections.Counter()
    for order in rows_of(orders()):
        if order["customer_id"] in countries:
            pieces[countries[order["customer_id"]], order["sku"]] += int(order["qty"])
    rows = []
    for country in sorted(set(country for country, _ in pieces)):
        best = sorted((-count, sku) for (where, sku), count in pieces.items() if where == country)
        rows += [[country, sku, -count] for count, sku in best[:3]]
    return csv_text(["country", "sku", "pieces"], rows)


def compared() -> str:
    old, new = ({row["id"]: row for row in rows_of(text)} for text in snapshots())
    rows = []
    for key, row in new.items():
        if key not in old:
            rows.append([key, "added", []])
        elif row != old[key]:
            rows.append([key, "changed", [name for name in row if row[name] != old[key][name]]])
    rows += [[key, "removed", []] for key in old if key not in new]
    return csv_text(["id", "change", "differs"], [[a, b, json.dumps(c, separators=(",", ":"))] for a, b, c in rows])


def running() -> str:
    rows, total, by_day = [], 0, collections.Counter()
    for order in rows_of(orders()):
        by_day[order["day"]] += int(order["qty"])
    for day in sorted(by_day):
        total += by_day[day]
        first = datetime.date.fromisoformat(day) - 6 * DAY
        week = [count for one, count in by_day.items() if first.isoformat() <= one <= day]
        rows.append([day, by_day[day], total, float_text(rounded(sum(week) / len(week), 2))])
    return csv_text(["day", "pieces", "so_far", "week"], rows)


def quantile(values: list, share: float) -> float:
    """Linear between the two nearest, as quantile_cont of SQL."""
    values, place = sorted(values), share * (len(values) - 1)
    low = int(place)
    return values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (place - low)


def percentiles() -> str:
    prices = collections.defaultdict(list)
    for order in rows_of(orders()):
        prices[order["sku"]].append(int(order["qty"]))
    rows = [
        [sku, len(some), float_text(float(statistics.median(some))), float_text(rounded(quantile(some, 0.95), 4))]
        for sku, some in sorted(prices.items())
    ]
    return csv_text(["sku", "orders", "middle", "p95"], rows)


def looked_up() -> str:
    known = [(int(row["first"]), int(row["last"]), row["country"]) for row in rows_of(ranges())]
    rows = []
    for request in rows_of(requests()):
        found = [country for first, last, country in known if first <= int(request["address"]) <= last]
        rows.append([request["request"], request["address"], found[0] if found else None])
    return csv_text(["request", "address", "country"], rows)


FILES = {
    "customers.csv": customers, "products.csv": products, "orders.csv": orders, "visits.csv": visits,
    "yesterday.csv": lambda: snapshots()[0], "today.csv": lambda: snapshots()[1],
    "ranges.csv": ranges, "requests.csv": requests, "export.csv": export, "months.csv": months, "orders.jsonl": nested,
    "stock.txt": stock, "shelves.tsv": shelves, "catalogue.json": catalogue,
    "daily-1.csv": lambda: daily(1), "daily-2.csv": lambda: daily(2),
}  # fmt: skip
TASKS = {
    "02_latest_record": latest_record, "03_join": joined, "04_roll_up": roll_up, "05_sessions": sessions,
    "06_top_products": top_products, "10_compare": compared, "13_running_totals": running,
    "14_percentiles": percentiles, "21_ranges": looked_up, "01_messy_export": cleaned, "07_pivot": pivoted,
    "08_unpivot": unpivoted, "09_nested_orders": items, "15_fixed_width": shelved, "16_json_array": listed,
    "19_new_files": appended, "20_yesterday": yesterday, "23_pseudonyms": pseudonyms, "24_many_files": by_category,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    wanted = {DATA / name: make() for name, make in FILES.items()}
    wanted |= {EXAMPLES / "expected/tasks" / name / "out/result.csv": make() for name, make in TASKS.items()}
    wanted[EXAMPLES / "expected/tasks/22_sample/out/counts.csv"] = sampled()  # which rows, no other program can tell
    wanted = {path: text if isinstance(text, bytes) else text.encode() for path, text in wanted.items()}
    wrong = [path for path, text in wanted.items() if not path.exists() or path.read_bytes() != text]
    for path in wrong:
        if arguments.check:
            print(f"{path.relative_to(EXAMPLES)} is not what tests/data/tasks.py makes")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[path])
    return 1 if arguments.check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
