#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""usage: clickhouse.py QUERY    runs the query in ClickHouse, in this process"""

import sys

import chdb

chdb.query(sys.argv[1], "CSV")
