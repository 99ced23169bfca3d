// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads paths of SQL/JSON.
//
// Problem: paths come from pipelines and from data, so every text must give a path or a message
// with its place, in bounded time and on a bounded stack.
//
// Invariants:
//  1. Nesting and steps are bounded, so are the recursions over what is read.
//  2. Conditions stand where conditions belong: an operand of a comparison is none.
//
// Rejected: the parser of expressions, whose operators, names and literals are others.
#include "operators/expr/kernels/json_query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/json/json_encoder.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {
namespace {

constexpr size_t kNestingMax = 32;
constexpr size_t kStepsMax = 64;
constexpr size_t kDeepStepsMax = 3;  // each finds all that is within what the last one found

constexpr std::array<std::pair<std::string_view, QueryMethod>, 9> kMethods = {{
    {"type", QueryMethod::kType},
    {"size", QueryMethod::kSize},
    {"double", QueryMethod::kDouble},
    {"number", QueryMethod::kNumber},
    {"ceiling", QueryMethod::kCeiling},
    {"floor", QueryMethod::kFloor},
    {"abs", QueryMethod::kAbs},
    {"string", QueryMethod::kString},
    {"keyvalue", QueryMethod::kKeyvalue},
}};

constexpr std::array<std::pair<std::string_view, QueryKind>, 8> kComparisons = {{
    {"==", QueryKind::kEqual},
    {"!=", QueryKind::kNotEqual},
    {"<>", QueryKind::kNotEqual},
    {"<=", QueryKind::kLessEqual},
    {">=", QueryKind::kGreaterEqual},
    {"<", QueryKind::kLess},
    {">", QueryKind::kGreater},
    {"=", QueryKind::kEqual},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One of the bytes of a name without quotes?
bool is_name(char c) {
  constexpr std::string_view kOthers = "?%$.[]{}()|&!=<>@#,*:-+/\\\" \t\r\n'";
  return !kOthers.contains(c) && c != '\0';
}

class QueryParser {
 public:
  explicit QueryParser(std::string_view text) : text_(text) {}

  QueryRef parse() {
    if (accept_word("strict")) {
      at_ = 0;
      return fail("paths follow the rules of the lax mode, and there is no strict one");
    }
    accept_word("lax");
    QueryRef node = either();
    skip_spaces();
    if (node && at_ < text_.size()) return fail("here the path should end");
    return node;
  }
  std::string mistake() const {
    return fmt::format("'{}' is no path of JSON: {}, at character {}", text_, mistake_, at_ + 1);
  }

 private:
  // ------------------------------------------------------------------------------------ operators

  QueryRef either() {
    QueryRef left = both();
    while (left && accept("||")) left = conditions(QueryKind::kOr, std::move(left), both());
    return left;
  }
  QueryRef both() {
    QueryRef left = comparison();
    while (left && accept("&&")) left = conditions(QueryKind::kAnd, std::move(left), comparison());
    return left;
  }
  QueryRef conditions(QueryKind kind, QueryRef left, QueryRef right) {
    if (!right) return nullptr;
    if (!left->is_condition() || !right->is_condition())
      return fail("&& and || join conditions such as @.a > 1");
    return make(kind, std::move(left), std::move(right));
  }

  QueryRef comparison() {
    if (accept("!")) {
      QueryRef inner = primary();
      if (!inner) return nullptr;
      if (!inner->is_condition()) return fail("'!' stands before a condition in parentheses");
      return make(QueryKind::kNot, std::move(inner));
    }
    QueryRef left = sum();
    if (!left) return nullptr;
    if (left->is_condition()) {
      if (!accept_word("is")) return left;
      if (!accept_word("unknown")) return fail("here should be 'unknown'");
      return make(QueryKind::kIsUnknown, std::move(left));
    }
    for (const auto& [symbol, kind] : kComparisons) {
      if (!accept(symbol)) continue;
      QueryRef right = sum();
      if (!right) return nullptr;
      if (right->is_condition()) return fail("a condition is no operand of a comparison");
      return make(kind, std::move(left), std::move(right));
    }
    if (accept_word("starts")) return starts_with(std::move(left));
    return accept_word("like_regex") ? like_regex(std::move(left)) : std::move(left);
  }

  QueryRef starts_with(QueryRef left) {
    if (!accept_word("with")) return fail("here should be 'with'");
    QueryRef right = primary();
    if (!right) return nullptr;
    const bool is_text = right->kind == QueryKind::kVariable ||
                         (right->kind == QueryKind::kLiteral && right->text.starts_with('"'));
    if (!is_text) return fail("'starts with' needs a string such as \"a\"");
    return make(QueryKind::kStartsWith, std::move(left), std::move(right));
  }

  QueryRef like_regex(QueryRef left) {
    skip_spaces();
    std::string pattern;
    std::string flags;
    if (!string(pattern)) return fail("'like_regex' needs a pattern such as \"^a\"");
    if (accept_word("flag")) {
      skip_spaces();
      if (!string(flags)) return fail("'flag' needs letters such as \"i\"");
    }
    for (const char flag : flags) {
      if (!std::string_view("ismq").contains(flag)) return fail("flags are i, s, m and q");
    }
    std::string options;
    if (flags.contains('i')) options += 'i';
    if (flags.contains('m')) options += 'n';
    QueryRef node = make(QueryKind::kLikeRegex, std::move(left));
    node->pattern =
        compile_pattern(flags.contains('q') ? RE2::QuoteMeta(pattern) : pattern, options);
    if (!node->pattern.mistake.empty()) return fail(node->pattern.mistake);
    return node;
  }

  QueryRef sum() {
    QueryRef left = product();
    while (left) {
      if (accept("+")) {
        left = numbers(QueryKind::kAdd, std::move(left), product());
      } else if (accept("-")) {
        left = numbers(QueryKind::kSubtract, std::move(left), product());
      } else {
        break;
      }
    }
    return left;
  }
  QueryRef product() {
    QueryRef left = factor();
    while (left) {
      if (accept("*")) {
        left = numbers(QueryKind::kMultiply, std::move(left), factor());
      } else if (accept("/")) {
        left = numbers(QueryKind::kDivide, std::move(left), factor());
      } else if (accept("%")) {
        left = numbers(QueryKind::kModulo, std::move(left), factor());
      } else {
        break;
      }
    }
    return left;
  }
  QueryRef numbers(QueryKind kind, QueryRef left, QueryRef right) {
    if (!right) return nullptr;
    if (left->is_condition() || right->is_condition())
      return fail("a condition is no operand of arithmetic");
    return make(kind, std::move(left), std::move(right));
  }
  QueryRef factor() {
    std::vector<QueryKind> signs;
    for (;;) {
      if (accept("-")) {
        signs.push_back(QueryKind::kMinus);
      } else if (accept("+")) {
        signs.push_back(QueryKind::kPlus);
      } else {
        break;
      }
      if (signs.size() > kNestingMax) return fail("the path is nested too deep");
    }
    QueryRef node = primary();
    for (; node && !signs.empty(); signs.pop_back()) {
      if (node->is_condition()) return fail("a condition has no sign");
      node = make(signs.back(), std::move(node));
    }
    return node;
  }

  // ------------------------------------------------------------------------------------- operands

  QueryRef primary() {
    if (++nesting_ > kNestingMax) return fail("the path is nested too deep");
    QueryRef node = operand();
    if (node) node = steps(std::move(node));
    --nesting_;
    return node;
  }

  QueryRef operand() {
    skip_spaces();
    if (at_ == text_.size()) return fail("the path ends too early");
    const char c = text_[at_];
    if (accept("(")) return enclosed();
    if (c == '$') return variable();
    if (accept("@")) {
      if (filters_ == 0)
        return fail("'@' is the value that a filter looks at, so it stands in one");
      return make(QueryKind::kCurrent);
    }
    if (is_digit(c) || c == '.') return number();
    if (c == '"') {
      std::string text;
      if (!string(text)) return nullptr;
      return literal(io::json_quote(text));
    }
    for (const std::string_view word : {"true", "false", "null"}) {
      if (accept_word(word)) return literal(word);
    }
    if (accept_word("last")) {
      if (subscripts_ == 0) return fail("'last' is an index, so it stands in brackets");
      return make(QueryKind::kLast);
    }
    if (accept_word("exists")) {
      if (!accept("(")) return fail("here should be '('");
      QueryRef inner = enclosed();
      return inner ? make(QueryKind::kExists, std::move(inner)) : nullptr;
    }
    return fail("here should be a value such as $, @ or a number; a path begins with $");
  }
  QueryRef enclosed() {
    QueryRef inner = either();
    if (inner && !accept(")")) return fail("here should be ')'");
    return inner;
  }
  QueryRef literal(std::string_view json) {
    QueryRef node = make(QueryKind::kLiteral);
    node->text = scannable(json);
    return node;
  }
  QueryRef number() {
    const size_t begin = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    };
    digits();
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && (text_[at_] | 0x20) == 'e') {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
      digits();
    }
    const std::string_view written = text_.substr(begin, at_ - begin);
    const std::string json =
        scannable(fmt::format("{}{}", written.starts_with('.') ? "0" : "", written));
    io::JsonScanner scanner(json);
    if (scanner.skip_value(json.data()) != scanner.end()) {
      at_ = begin;
      return fail("this is no number");
    }
    return literal(json);
  }
  QueryRef variable() {
    ++at_;
    QueryRef node = make(QueryKind::kVariable);
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!string(node->text)) return nullptr;
      return node;
    }
    node->text = name();
    if (node->text.empty()) node->kind = QueryKind::kRoot;
    return node;
  }

  // ---------------------------------------------------------------------------------------- steps

  QueryRef steps(QueryRef start) {
    std::vector<QueryStep> steps;
    for (;;) {
      std::optional<QueryStep> step;
      if (accept("[")) {
        step = elements();
      } else if (accept("?")) {
        step = filter();
      } else if (accept(".")) {
        step = accept("*") ? deep() : member();
      } else {
        break;
      }
      if (!step) return nullptr;
      if (++steps_ > kStepsMax) return fail("the path has too many steps");
      steps.push_back(std::move(*step));
    }
    if (steps.empty()) return start;
    QueryRef node = make(QueryKind::kPath, std::move(start));
    node->steps = std::move(steps);
    return node;
  }

  /// Behind `[`.
  std::optional<QueryStep> elements() {
    if (accept("*")) {
      if (!accept("]")) return no_step("here should be ']'");
      return QueryStep{.kind = StepKind::kAnyElement};
    }
    QueryStep step{.kind = StepKind::kElements};
    ++subscripts_;
    do {
      QueryStep::Range range{sum(), nullptr};
      if (!range.from) return std::nullopt;
      if (accept_word("to") && !(range.to = sum())) return std::nullopt;
      step.ranges.push_back(std::move(range));
    } while (accept(","));
    --subscripts_;
    if (!accept("]")) return no_step("here should be ']'");
    return step;
  }
  /// Behind `?`.
  std::optional<QueryStep> filter() {
    if (!accept("(")) return no_step("a filter is written ? (condition)");
    ++filters_;
    QueryStep step{.kind = StepKind::kFilter};
    step.filter = enclosed();
    --filters_;
    if (!step.filter) return std::nullopt;
    if (!step.filter->is_condition()) return no_step("a filter needs a condition such as @.a > 1");
    return step;
  }
  /// Behind `.*`.
  std::optional<QueryStep> deep() {
    if (at_ == text_.size() || text_[at_] != '*') return QueryStep{.kind = StepKind::kAnyMember};
    ++at_;
    if (++deep_steps_ > kDeepStepsMax) return no_step("the path has more than three '**'");
    QueryStep step{.kind = StepKind::kDeep};
    if (!accept("{")) return step;
    if (!level(step.first)) return std::nullopt;
    step.last = step.first;
    if (accept_word("to") && !level(step.last)) return std::nullopt;
    if (!accept("}")) return no_step("here should be '}'");
    return step;
  }
  bool level(uint32_t& level) {
    level = QueryStep::kLeaves;
    if (accept_word("last")) return true;
    skip_spaces();
    const char* const end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data() + at_, end, level);
    if (error != std::errc()) {
      fail("here should be a level, a number or 'last'");
      return false;
    }
    at_ = static_cast<size_t>(stop - text_.data());
    return true;
  }
  /// Behind `.`.
  std::optional<QueryStep> member() {
    skip_spaces();
    QueryStep step{.kind = StepKind::kMember};
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!string(step.name)) return std::nullopt;
      return step;
    }
    step.name = name();
    if (step.name.empty()) return no_step("here should be the name of a member");
    if (!accept("(")) return step;
    const auto* const found =
        std::find_if(kMethods.begin(), kMethods.end(),
                     [&](const auto& known) { return known.first == step.name; });
    if (found == kMethods.end()) return no_step(fmt::format("there is no method '{}'", step.name));
    if (!accept(")")) return no_step("here should be ')'");
    step.kind = StepKind::kMethod;
    step.method = found->second;
    return step;
  }

  // --------------------------------------------------------------------------------------- tokens

  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
  }
  bool accept(std::string_view symbol) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }
  bool accept_word(std::string_view word) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(word)) return false;
    const size_t end = at_ + word.size();
    if (end < text_.size() && is_name(text_[end])) return false;
    at_ = end;
    return true;
  }
  std::string name() {
    const size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  /// A string in double quotes, as JSON has it. False after reporting.
  bool string(std::string& text) {
    const std::string rest = scannable(text_.substr(at_));
    io::JsonScanner scanner(rest);
    bool escaped = false;
    const char* const quote =
        rest.starts_with('"') ? scanner.string(rest.data() + 1, escaped) : nullptr;
    if (quote == nullptr) {
      fail("here should be a string in double quotes");
      return false;
    }
    const auto size = static_cast<size_t>(quote - rest.data() - 1);
    text = rest.substr(1, size);
    if (escaped)
      text.resize(static_cast<size_t>(
          io::json_unescape(std::string_view(rest).substr(1, size), text.data()) - text.data()));
    at_ += size + 2;
    return true;
  }

  QueryRef make(QueryKind kind, QueryRef left = nullptr, QueryRef right = nullptr) {
    auto node = std::make_unique<QueryNode>();
    node->kind = kind;
    if (left) node->inputs.push_back(std::move(left));
    if (right) node->inputs.push_back(std::move(right));
    return node;
  }
  QueryRef fail(std::string mistake) {
    if (mistake_.empty()) mistake_ = std::move(mistake);
    return nullptr;
  }
  std::optional<QueryStep> no_step(std::string mistake) {
    fail(std::move(mistake));
    return std::nullopt;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string mistake_;
  size_t nesting_ = 0;
  size_t steps_ = 0;
  size_t deep_steps_ = 0;
  size_t filters_ = 0;
  size_t subscripts_ = 0;
};

/// Is there one element in these brackets?
bool is_one_element(const QueryStep& step) { return step.ranges.size() == 1 && !step.ranges[0].to; }

}  // namespace

Result<std::shared_ptr<const JsonQuery>> JsonQuery::parse(std::string_view text) {
  QueryParser parser(text);
  auto query = std::make_shared<JsonQuery>();
  query->root_ = parser.parse();
  if (!query->root_) {
    return fail(code::kBadPattern, ErrorCode::kInvalid, parser.mistake(),
                "a path looks like $.orders[*].id, or $.orders[*] ? (@.total > 100)");
  }
  return query;
}

std::shared_ptr<const JsonQuery> JsonQuery::member(std::string_view key) {
  auto query = std::make_shared<JsonQuery>();
  query->root_ = std::make_unique<QueryNode>();
  query->root_->kind = QueryKind::kPath;
  query->root_->inputs.push_back(std::make_unique<QueryNode>());
  query->root_->steps.push_back({.kind = StepKind::kMember, .name = std::string(key)});
  return query;
}

bool JsonQuery::is_single() const {
  if (root_->kind != QueryKind::kPath) return true;
  return std::all_of(root_->steps.begin(), root_->steps.end(), [](const QueryStep& step) {
    return step.kind == StepKind::kMember ||
           (step.kind == StepKind::kElements && is_one_element(step)) ||
           (step.kind == StepKind::kMethod && step.method != QueryMethod::kKeyvalue);
  });
}

}  // namespace leat::expr
