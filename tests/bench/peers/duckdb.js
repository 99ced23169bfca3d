// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// usage: node duckdb.js 'SQL; SQL; ...'    runs the statements in a data base in memory
const { DuckDBInstance } = require('@duckdb/node-api');

async function main() {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(process.argv[2]);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
