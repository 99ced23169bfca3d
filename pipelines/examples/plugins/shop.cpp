// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// shop.discount: a map that sees one row at a time, with options, a new column and bad rows; and
// shop.slug, a function of expressions.
#include <leat/plugin.h>

namespace {

using leat::api::Bind;
using leat::api::Option;
using leat::api::Row;
using leat::api::RowOutput;
using leat::api::Type;

constexpr Option kOptions[] = {
    Option::text("price", "The column with the price of one piece.").otherwise("price"),
    Option::text("quantity", "The column with the number of pieces.").otherwise("qty"),
    Option::integer("from", "From this number on there is a discount.").otherwise("10"),
    Option::integer("percent", "The discount.").required().between(1, 99),
};

class Discount {
 public:
  void bind(Bind& bind) {
    price_ = bind.input("price", Type::kFloat64);
    quantity_ = bind.input("quantity", Type::kInt64);
    from_ = bind.integer("from");
    factor_ = static_cast<double>(100 - bind.integer("percent")) / 100;
    bind.keep_all();
    total_ = bind.add("total", Type::kFloat64);
  }

  void row(const Row& in, RowOutput& out) const {
    if (in.is_null(price_) || in.is_null(quantity_)) return;  // the total stays NULL
    const int64_t quantity = in.int64(quantity_);
    if (quantity < 0) return out.reject("the quantity is negative");
    const double full = in.float64(price_) * static_cast<double>(quantity);
    out.set(total_, quantity >= from_ ? full * factor_ : full);
  }

 private:
  size_t price_ = 0;
  size_t quantity_ = 0;
  size_t total_ = 0;
  int64_t from_ = 0;
  double factor_ = 1;
};

/// Small letters and digits; everything else becomes one hyphen.
std::string slug(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool stays = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
    if (stays) {
      made += small;
    } else if (!made.empty() && made.back() != '-') {
      made += '-';
    }
  }
  while (!made.empty() && made.back() == '-') made.pop_back();
  return made;
}

}  // namespace

LEAT_PLUGIN("shop", "1.0",
            leat::api::rows<Discount>({
                .name = "discount",
                .summary = "Adds the total of an order, with a discount for many pieces.",
                .doc = "The new column is called `total`. A negative quantity is a bad row.",
                .example = "- shop.discount: { percent: 5 }\n",
                .main_option = "percent",
                .options = kOptions,
            }),
            leat::api::function<slug>({
                .name = "slug",
                .signature = "slug(text utf8) -> utf8",
                .doc = "The text as it may stand in an address.",
                .example = "shop.slug('Blue Mug, 2')",
                .result = "blue-mug-2",
            }))
