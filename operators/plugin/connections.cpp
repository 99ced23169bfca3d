// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: where a database is and who may enter it is the same for all stages that use it, differs
// between a test and the real thing, and holds a password.
//
// Invariants:
//  1. What a connection may say is written here, for leat to check it whether or not the connector
//     that uses it is installed, and without asking anybody.
//  2. A value of a secret field reaches the connector and no output.
//
// Rejected: a connection as one text such as `postgres://user:password@host` (nothing in it has a
// place of its own to be told, and passwords have to be escaped in it).
#include "operators/plugin/connections.h"

#include <algorithm>

namespace leat::plugin {
namespace {

constexpr int64_t kPortMax = 65535;
constexpr int64_t kTimeoutSecondsMax = 3600;

constexpr std::string_view kTlsModes[] = {"disable", "allow",     "prefer",
                                          "require", "verify-ca", "verify-full"};

constexpr OptionDef kPostgresFields[] = {
    {.name = "host",
     .doc =
         "Name or address of the server; a folder, with a slash in front, is that of its socket.",
     .default_text = "localhost"},
    {.name = "port",
     .type = OptionType::kInteger,
     .doc = "Its port.",
     .default_text = "5432",
     .minimum = 1,
     .maximum = kPortMax},
    {.name = "database", .doc = "The database.", .required = true},
    {.name = "user", .doc = "Who enters it.", .required = true},
    {.name = "password",
     .doc = "Their password: `\"${file:/run/secrets/NAME}\"` or `\"${env:NAME}\"`. Left out: the "
            "server asks for none."},
    {.name = "sslmode",
     .type = OptionType::kChoice,
     .doc =
         "How TLS is used, as libpq has it. Left out: `verify-full`, but `prefer` for servers on "
         "this machine.",
     .choices = kTlsModes},
    {.name = "sslrootcert",
     .doc = "The file with the certificates that the server's must come from. Left out: those of "
            "the system."},
    {.name = "connect_timeout",
     .type = OptionType::kInteger,
     .doc = "How many seconds to wait for the server.",
     .default_text = "10",
     .minimum = 1,
     .maximum = kTimeoutSecondsMax},
};

constexpr std::string_view kPostgresSecrets[] = {"password"};

constexpr ConnectionType kTypes[] = {{"postgres", "postgres", kPostgresFields, kPostgresSecrets}};

}  // namespace

bool ConnectionType::is_secret(std::string_view field) const {
  return std::find(secrets.begin(), secrets.end(), field) != secrets.end();
}

std::span<const ConnectionType> connection_types() { return kTypes; }

const ConnectionType* find_connection_type(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                         [&](const auto& one) { return one.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

const Connection* Connections::find(std::string_view name) const {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Connection& one) { return one.name.text() == name; });
  return found == all.end() ? nullptr : &*found;
}

bool Connections::is_broken(std::string_view name) const {
  return std::find(broken.begin(), broken.end(), name) != broken.end();
}

ConnectionTexts::ConnectionTexts(const Connection& connection) {
  for (const OptionDef& field : connection.type->fields) {
    if (!connection.values.has(field.name) && field.default_text.empty()) continue;
    fields_.emplace_back(field.name);
    values_.push_back(connection.values.text(field.name));
  }
  for (const std::string& field : fields_) field_pointers_.push_back(field.c_str());
  for (const std::string& value : values_) value_pointers_.push_back(value.c_str());
  texts_ = {sizeof(texts_),         connection.name.text().c_str(), connection.type->name.data(),
            field_pointers_.data(), value_pointers_.data(),         fields_.size()};
}

}  // namespace leat::plugin
