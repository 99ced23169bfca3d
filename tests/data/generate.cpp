// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// leat-generate: the data of examples, tests and benchmarks. The same kind, rows and seed give the
// same bytes on every machine: integers only, no clock, no locale, no library's random numbers.
//
// `--bad N` spoils every Nth record, by turns in two ways. The record keeps its number, so that a
// test can tell which are bad:
//
//   kind          1st, 3rd, ... bad record                        2nd, 4th, ... bad record
//   temperatures  `Vida`: the value is missing                    `Vida;n/a`: text in a number
//   orders        ends after the category: too few fields         qty is `many`
//   orders_jsonl  the line ends before `"price"`: not JSON        qty is `"many"`
//   access_log    the line ends after the time: no request        the status is `OK`
//   customers     ends after the name: too few fields             signup_date is `someday`
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

/// SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to bound - 1. REQUIRES: 0 < bound < 2^32.
  uint64_t below(uint64_t bound) { return (next() >> 32) * bound >> 32; }
  /// As below, but low numbers are more frequent: the median is a quarter of the bound.
  uint64_t low(uint64_t bound) {
    const uint64_t part = next() >> 32;
    return (part * part >> 32) * bound >> 32;
  }

 private:
  uint64_t state_;
};

/// Text on its way to standard output.
class Writer {
 public:
  Writer() : buffer_(kBytes) {}

  /// A record may take this many bytes.
  static constexpr size_t kRecordBytes = 4096;

  void text(std::string_view part) {
    std::memcpy(buffer_.data() + size_, part.data(), part.size());
    size_ += part.size();
  }
  void byte(char c) { buffer_[size_++] = c; }
  void number(uint64_t value) {
    char* const begin = buffer_.data() + size_;
    size_ += static_cast<size_t>(std::to_chars(begin, begin + 20, value).ptr - begin);
  }
  /// With leading zeros.
  void padded(uint64_t value, size_t digits) {
    for (size_t i = digits; i-- > 0; value /= 10)
      buffer_[size_ + i] = static_cast<char>('0' + value % 10);
    size_ += digits;
  }
  /// 1234 as 12.34.
  void cents(uint64_t value) {
    number(value / 100);
    byte('.');
    padded(value % 100, 2);
  }
  /// A record is complete. False when nobody takes the output any more.
  bool end_record() { return size_ + kRecordBytes <= kBytes || flush(); }

  bool flush() {
    for (size_t at = 0; at < size_;) {
      const ssize_t written = ::write(STDOUT_FILENO, buffer_.data() + at, size_ - at);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      at += static_cast<size_t>(written);
    }
    size_ = 0;
    return true;
  }

 private:
  static constexpr size_t kBytes = size_t{256} << 10;

  std::vector<char> buffer_;
  size_t size_ = 0;
};

enum class Fault : uint8_t { kNone, kCut, kText };

/// Says which records are to be bad, and how.
class Faults {
 public:
  explicit Faults(uint64_t every) : every_(every) {}

  Fault of(uint64_t record) const {
    if (every_ == 0 || record % every_ != 0) return Fault::kNone;
    return record / every_ % 2 == 1 ? Fault::kCut : Fault::kText;
  }

 private:
  uint64_t every_;
};

struct Job {
  uint64_t rows = 0;
  uint64_t seed = 42;
  Faults faults{0};
};

constexpr auto kSyllables = std::to_array<std::string_view>(
    {"ba",  "ko", "ri", "ta", "mun", "sel", "or",  "an",  "vi", "da",  "lu", "pe",
     "gra", "ho", "ne", "zo", "ka",  "mi",  "sto", "bur", "wa", "ten", "fi", "ja"});
constexpr auto kWords = std::to_array<std::string_view>(
    {"please", "leave",  "at",     "the",       "front",   "door",    "gift",
     "wrap",   "call",   "before", "delivery",  "fragile", "handle",  "with",
     "care",   "urgent", "no",     "signature", "repeat",  "customer"});
constexpr auto kCountries = std::to_array<std::string_view>(
    {"US", "DE", "FR", "GB", "IT", "ES", "NL", "BE", "SE", "NO", "FI", "DK", "PL",
     "CZ", "AT", "CH", "PT", "IE", "GR", "HU", "RO", "BG", "HR", "SI", "SK", "EE",
     "LV", "LT", "JP", "CN", "KR", "IN", "AU", "NZ", "CA", "MX", "BR", "AR", "CL",
     "CO", "ZA", "EG", "NG", "KE", "MA", "TR", "IL", "AE", "SG", "TH"});
constexpr auto kCategories = std::to_array<std::string_view>(
    {"Books",   "Electronics", "Garden",  "Toys",       "Sports",  "Clothing", "Shoes",
     "Grocery", "Beauty",      "Health",  "Automotive", "Music",   "Movies",   "Office",
     "Pets",    "Baby",        "Kitchen", "Tools",      "Jewelry", "Games"});
constexpr auto kSegments = std::to_array<std::string_view>(
    {"consumer", "corporate", "smb", "government", "education", "reseller"});
// As frequent as they are listed.
constexpr auto kStatuses =
    std::to_array<std::string_view>({"paid", "paid", "paid", "paid", "paid", "shipped", "shipped",
                                     "pending", "cancelled", "refunded"});
constexpr auto kHttpStatuses = std::to_array<std::string_view>(
    {"200", "200", "200", "200", "200", "200", "301", "304", "404", "404", "500", "503"});
constexpr auto kMethods =
    std::to_array<std::string_view>({"GET", "GET", "GET", "GET", "GET", "POST", "PUT", "HEAD"});
constexpr auto kAgents = std::to_array<std::string_view>(
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15",
     "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
     "ExampleBot/2.1 (+https://example.com/bot.html)", "curl/8.8.0"});

template <size_t N>
std::string_view any_of(const std::array<std::string_view, N>& texts, Random& random) {
  return texts[random.below(N)];
}

std::string make_word(Random& random, size_t syllables) {
  std::string word;
  for (size_t i = 0; i < syllables; ++i) word += any_of(kSyllables, random);
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

/// `2025-01-31`, the day `days` after 2025-01-01.
std::string date_text(int64_t days) {
  namespace chrono = std::chrono;
  const chrono::year_month_day date(chrono::sys_days(chrono::year(2025) / 1 / 1) +
                                    chrono::days(days));
  return fmt::format("{:04}-{:02}-{:02}", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()});
}

// ------------------------------------------------------------------------------------ temperatures

struct Station {
  std::string name;
  int64_t mean = 0;  ///< Tenths of a degree.
};

/// The same for every seed, as a benchmark's number of groups should be.
std::vector<Station> make_stations() {
  constexpr size_t kStations = 413;
  Random random(7);
  std::vector<Station> stations;
  while (stations.size() < kStations) {
    std::string name = make_word(random, 2 + random.below(3));
    if (random.below(8) == 0) name += " " + make_word(random, 2);
    if (random.below(30) == 0) name += "é";
    bool known = false;
    for (const Station& station : stations) known |= station.name == name;
    if (!known) stations.push_back({name, static_cast<int64_t>(random.below(450)) - 100});
  }
  return stations;
}

/// `station;12.3` without a header; nearly normal around the station's mean, 10 degrees wide.
bool temperatures(const Job& job, Writer& out) {
  constexpr int64_t kLimit = 999;
  const std::vector<Station> stations = make_stations();
  std::vector<std::string> texts;  // of -99.9 to 99.9
  for (int64_t tenths = -kLimit; tenths <= kLimit; ++tenths) {
    const uint64_t size = static_cast<uint64_t>(tenths < 0 ? -tenths : tenths);
    texts.push_back(fmt::format(";{}{}.{}\n", tenths < 0 ? "-" : "", size / 10, size % 10));
  }
  Random random(job.seed);
  for (uint64_t row = 1; row <= job.rows; ++row) {
    const Station& station = stations[random.below(stations.size())];
    const uint64_t bits = random.next();
    const auto sum = static_cast<int64_t>((bits & 0xffff) + (bits >> 16 & 0xffff) +
                                          (bits >> 32 & 0xffff) + (bits >> 48));
    const int64_t tenths = station.mean + (sum - 131072) * 173 / 65536;
    const Fault fault = job.faults.of(row);
    out.text(station.name);
    if (fault == Fault::kNone) {
      out.text(texts[static_cast<size_t>(tenths + kLimit)]);
    } else {
      out.text(fault == Fault::kCut ? "\n" : ";n/a\n");
    }
    if (!out.end_record()) return false;
  }
  return true;
}

// ------------------------------------------------------------------------- orders, as CSV and JSON

struct Order {
  uint64_t id, day, millisecond, customer, country, product, quantity, cents;
  std::string_view status;
  std::string note;
};

/// Makes the orders of a year; both formats get the same ones.
class Orders {
 public:
  explicit Orders(const Job& job)
      : random_(job.seed),
        customers_(std::min<uint64_t>(std::max<uint64_t>(job.rows / 10, 20), 1'000'000)) {
    for (int64_t day = 0; day < kDays; ++day) dates_.push_back(date_text(day));
  }

  const Order& make(uint64_t id) {
    constexpr uint64_t kDayMilliseconds = 86'400'000;
    order_.id = id;
    order_.day = random_.below(kDays);
    order_.millisecond = random_.below(kDayMilliseconds);
    order_.customer = 1 + random_.low(customers_);
    order_.country = random_.low(kCountries.size());
    order_.product = random_.below(10'000);
    order_.quantity = 1 + random_.below(20);
    order_.cents = 99 + random_.low(40'000);
    order_.status = any_of(kStatuses, random_);
    make_note();
    return order_;
  }

  /// `2025-01-31T10:00:00.123Z`
  void time(Writer& out) const {
    const uint64_t seconds = order_.millisecond / 1000;
    out.text(dates_[order_.day]);
    out.byte('T');
    out.padded(seconds / 3600, 2);
    out.byte(':');
    out.padded(seconds / 60 % 60, 2);
    out.byte(':');
    out.padded(seconds % 60, 2);
    out.byte('.');
    out.padded(order_.millisecond % 1000, 3);
    out.byte('Z');
  }

  static std::string_view category(const Order& order) {
    return kCategories[order.product % kCategories.size()];
  }

 private:
  static constexpr int64_t kDays = 365;

  // One in a hundred has what a format must quote: a comma, often a line break, sometimes quotes.
  void make_note() {
    const bool special = random_.below(100) == 0;
    const uint64_t words = 1 + random_.below(5);
    order_.note = any_of(kWords, random_);
    for (uint64_t i = 1; i < words; ++i) {
      order_.note += special && i == 1 ? ", " : " ";
      order_.note += any_of(kWords, random_);
    }
    if (!special) return;
    if (words == 1) order_.note += ", ok";
    if (random_.below(2) == 0) order_.note += "\nsecond line";
    if (random_.below(4) == 0) order_.note += " \"quoted\"";
  }

  Random random_;
  uint64_t customers_;
  std::vector<std::string> dates_;
  Order order_{};
};

void csv_field(Writer& out, std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos) return out.text(text);
  out.byte('"');
  for (const char c : text) {
    if (c == '"') out.byte('"');
    out.byte(c);
  }
  out.byte('"');
}

bool orders(const Job& job, Writer& out) {
  Orders orders(job);
  out.text("order_id,ts,customer_id,country,product,category,qty,price,status,note\n");
  for (uint64_t row = 1; row <= job.rows; ++row) {
    const Order& order = orders.make(row);
    const Fault fault = job.faults.of(row);
    out.number(order.id);
    out.byte(',');
    orders.time(out);
    out.byte(',');
    out.number(order.customer);
    out.byte(',');
    out.text(kCountries[order.country]);
    out.text(",Product-");
    out.padded(order.product, 5);
    out.byte(',');
    out.text(Orders::category(order));
    if (fault != Fault::kCut) {
      out.byte(',');
      if (fault == Fault::kText) {
        out.text("many");
      } else {
        out.number(order.quantity);
      }
      out.byte(',');
      out.cents(order.cents);
      out.byte(',');
      out.text(order.status);
      out.byte(',');
      csv_field(out, order.note);
    }
    out.byte('\n');
    if (!out.end_record()) return false;
  }
  return true;
}

/// `"address":{...},"tags":[...]`
void json_nested(Writer& out, const Order& order, Random& random) {
  out.text("\"address\":{\"street\":\"");
  out.number(1 + random.below(999));
  out.byte(' ');
  out.text(any_of(kSyllables, random));
  out.text(any_of(kSyllables, random));
  out.text(" Street\",\"city\":\"");
  for (int i = 0; i < 3; ++i) out.text(any_of(kSyllables, random));
  out.text("\",\"country\":\"");
  out.text(kCountries[order.country]);
  out.text("\",\"zip\":\"");
  out.padded(random.below(100'000), 5);
  out.text("\"},\"tags\":[");
  const uint64_t tags = random.below(4);
  for (uint64_t i = 0; i < tags; ++i) {
    out.text(i == 0 ? "\"" : ",\"");
    out.text(any_of(kWords, random));
    out.byte('"');
  }
  out.byte(']');
}

void json_text(Writer& out, std::string_view text) {
  out.byte('"');
  for (const char c : text) {
    if (c == '\n') {
      out.text("\\n");
    } else {
      if (c == '"') out.byte('\\');
      out.byte(c);
    }
  }
  out.byte('"');
}

bool orders_jsonl(const Job& job, Writer& out) {
  Orders orders(job);
  Random nested(~job.seed);
  for (uint64_t row = 1; row <= job.rows; ++row) {
    const Order& order = orders.make(row);
    const Fault fault = job.faults.of(row);
    out.text("{\"order_id\":");
    out.number(order.id);
    out.text(",\"ts\":\"");
    orders.time(out);
    out.text("\",\"customer_id\":");
    out.number(order.customer);
    out.text(",\"product\":\"Product-");
    out.padded(order.product, 5);
    out.text("\",\"category\":\"");
    out.text(Orders::category(order));
    out.text("\",\"qty\":");
    if (fault == Fault::kText) {
      out.text("\"many\"");
    } else {
      out.number(order.quantity);
    }
    if (fault != Fault::kCut) {
      out.text(",\"price\":");
      out.cents(order.cents);
      out.text(",\"status\":\"");
      out.text(order.status);
      out.text("\",");
      json_nested(out, order, nested);
      out.text(",\"note\":");
      json_text(out, order.note);
      out.byte('}');
    }
    out.byte('\n');
    if (!out.end_record()) return false;
  }
  return true;
}

// -------------------------------------------------------------------------------------- access log

/// `31/Jan/2025:10:00:00 +0000`, made anew only when the day changes.
class LogClock {
 public:
  void write(uint64_t second, Writer& out) {
    if (second / 86'400 != day_) {
      constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
      day_ = second / 86'400;
      const std::string date = date_text(static_cast<int64_t>(day_));
      const size_t month = static_cast<size_t>((date[5] - '0') * 10 + (date[6] - '0') - 1);
      text_ =
          fmt::format("{}/{}/{}:", date.substr(8), kMonths.substr(month * 3, 3), date.substr(0, 4));
    }
    out.text(text_);
    out.padded(second / 3600 % 24, 2);
    out.byte(':');
    out.padded(second / 60 % 60, 2);
    out.byte(':');
    out.padded(second % 60, 2);
    out.text(" +0000");
  }

 private:
  uint64_t day_ = UINT64_MAX;
  std::string text_;
};

void log_path(Random& random, Writer& out) {
  const uint64_t page = random.low(1 + random.low(5000));  // a few pages get most of it
  out.byte('/');
  out.text(kWords[page % kWords.size()]);
  out.byte('/');
  out.number(page);
  if (page % 3 == 0) out.text(".html");
  if (random.below(4) == 0) {
    out.text("?q=");
    out.number(random.below(100'000));
  }
}

void log_request(Random& random, Fault fault, Writer& out) {
  out.text(" \"");
  out.text(any_of(kMethods, random));
  out.byte(' ');
  log_path(random, out);
  out.text(" HTTP/1.1\" ");
  const std::string_view status = any_of(kHttpStatuses, random);
  out.text(fault == Fault::kText ? "OK" : status);
  out.byte(' ');
  out.number(random.below(60'000));
  if (random.below(2) == 0) {
    out.text(" \"-\" \"");
  } else {
    out.text(" \"https://example.com/");
    out.text(any_of(kWords, random));
    out.text("\" \"");
  }
  out.text(any_of(kAgents, random));
  out.byte('"');
}

/// The combined format of Apache and nginx, in order of time.
bool access_log(const Job& job, Writer& out) {
  Random random(job.seed);
  LogClock clock;
  uint64_t second = 0;
  for (uint64_t row = 1; row <= job.rows; ++row) {
    const Fault fault = job.faults.of(row);
    if (random.below(3) == 0) ++second;
    out.number(1 + random.below(223));
    for (int i = 0; i < 3; ++i) {
      out.byte('.');
      out.number(random.below(256));
    }
    out.text(" - - [");
    clock.write(second, out);
    out.byte(']');
    if (fault != Fault::kCut) log_request(random, fault, out);
    out.byte('\n');
    if (!out.end_record()) return false;
  }
  return true;
}

// --------------------------------------------------------------------------------------- customers

/// The ids 1 to `rows`, each once, in no order.
bool customers(const Job& job, Writer& out) {
  constexpr uint64_t kStep =
      2'654'435'761;  // a prime larger than any number of rows: every id comes up once
  constexpr uint64_t kDays = 5000;
  std::vector<std::string> dates;
  for (uint64_t day = 0; day < kDays; ++day)
    dates.push_back(date_text(static_cast<int64_t>(day) - 5000));
  Random random(job.seed);
  out.text("customer_id,name,segment,signup_date\n");
  for (uint64_t row = 1; row <= job.rows; ++row) {
    const Fault fault = job.faults.of(row);
    out.number(1 + row * kStep % job.rows);
    out.byte(',');
    out.text(make_word(random, 2));
    out.byte(' ');
    out.text(make_word(random, 3));
    if (fault != Fault::kCut) {
      out.byte(',');
      out.text(any_of(kSegments, random));
      out.byte(',');
      const std::string& date = dates[random.below(kDays)];
      out.text(fault == Fault::kText ? "someday" : date);
    }
    out.byte('\n');
    if (!out.end_record()) return false;
  }
  return true;
}

// ------------------------------------------------------------------------------------ command line

struct Kind {
  std::string_view name;
  bool (*make)(const Job&, Writer&);
};
constexpr auto kKinds = std::to_array<Kind>({{"temperatures", temperatures},
                                             {"orders", orders},
                                             {"orders_jsonl", orders_jsonl},
                                             {"access_log", access_log},
                                             {"customers", customers}});
constexpr uint64_t kRowsMax = 2'000'000'000;

const Kind* find_kind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::optional<uint64_t> read_number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Job> read_job(const std::vector<std::string_view>& arguments) {
  const std::optional<uint64_t> rows = read_number(arguments[1]);
  if (!rows || *rows > kRowsMax) return std::nullopt;
  Job job{.rows = *rows};
  for (size_t i = 2; i < arguments.size(); i += 2) {
    const std::optional<uint64_t> value =
        i + 1 < arguments.size() ? read_number(arguments[i + 1]) : std::nullopt;
    if (!value) return std::nullopt;
    if (arguments[i] == "--seed") {
      job.seed = *value;
    } else if (arguments[i] == "--bad" && *value > 0) {
      job.faults = Faults(*value);
    } else {
      return std::nullopt;
    }
  }
  return job;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const Kind* const kind = arguments.size() >= 2 ? find_kind(arguments[0]) : nullptr;
  const std::optional<Job> job = kind != nullptr ? read_job(arguments) : std::nullopt;
  if (!job) {
    fmt::print(stderr,
               "usage: leat-generate KIND ROWS [--seed N] [--bad EVERY]\n"
               "kinds: temperatures orders orders_jsonl access_log customers; at most {} rows\n",
               kRowsMax);
    return 2;
  }
  Writer out;
  if (kind->make(*job, out) && out.flush()) return 0;
  fmt::print(stderr, "leat-generate: cannot write: {}\n", std::strerror(errno));
  return 1;
}
