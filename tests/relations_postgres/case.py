# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""A case: what leat is asked, and what PostgreSQL is asked."""

import dataclasses


@dataclasses.dataclass
class Case:
    """`stages` follow each other, the first reads `l` unless it says otherwise. `sql` has the same columns, and an `order
    by`. `inexact`: columns that are compared to 1e-9. `rejects`: the first stage rejects rows."""

    stages: list
    sql: str
    inexact: set = dataclasses.field(default_factory=set)
    rejects: bool = False
