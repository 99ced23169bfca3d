// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: find out afterwards why a pipeline was slow at some moment, at a price that does not
// change what is measured.
//
// Each M writes 32 bytes per event into a ring of its own: a counter of the processor, a few
// stores, no lock, no shared line. When tracing is off an M's buffer is null, and an event costs
// the load of that pointer. The rings keep the newest events, so tracing may be on for as long as
// the program runs.
//
// Invariants:
//   1. A buffer has one writer: its M, or whoever holds lock_ (sysmon and threads outside).
//   2. A reader may be overtaken by the writer: it looks at the count again after it has read and
//      drops what may have been overwritten meanwhile.
//   3. An event names its goroutine by id and interned name, so nothing in a trace points at what
//      could be gone.
//   4. In the file the row of a thread shows which goroutine ran on it: `B` at a start, `E` at the
//      stop, block or end that follows. A ring that begins in the middle is cut to its first start.
//   5. The row of a processor holds the slices of all threads that had it, in the order of their
//      begin; a goroutine in a blocking call has none.
// Memory order: slots relaxed, count_ release by the writer and acquire by readers.
//
// Rejected: one ring for all (contended); Go's binary format (needs its tool); writing a file while
// running (a system call between events).
#include "engine/runtime/trace.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <utility>

#include "engine/runtime/g.h"

namespace leat::runtime {

namespace {

const char* to_string(TraceKind kind) {
  switch (kind) {
    case TraceKind::kCreate: return "create";
    case TraceKind::kStart: return "start";
    case TraceKind::kStop: return "stop";
    case TraceKind::kBlock: return "block";
    case TraceKind::kExit: return "exit";
    case TraceKind::kUnblock: return "unblock";
    case TraceKind::kSyscall: return "blocking call";
    case TraceKind::kReturn: return "return";
    case TraceKind::kRequeue: return "requeue";
    case TraceKind::kSteal: return "steal";
    case TraceKind::kHandOff: return "hand-off";
    case TraceKind::kPreempt: return "preempt";
    case TraceKind::kGhost: return "ghost";
  }
  return "?";
}

void append_quoted(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  out += '"';
}

std::string title_of(const TraceEvent& event) {
  std::string title = "goroutine " + std::to_string(event.goroutine);
  if (event.name != nullptr)
    title = std::string(event.name) + " " + std::to_string(event.goroutine);
  return title;
}

/// Rows of processors have other numbers than those of threads.
constexpr size_t kProcessorRows = 1'000'000;

/// Begins an entry of the file; whoever calls it adds what is special, and closes it.
void begin_entry(std::string& out, const char* phase, uint32_t process, size_t row,
                 const std::string& title, double microseconds) {
  char time[64];
  std::snprintf(time, sizeof time, "%.3f", microseconds);
  if (!out.empty()) out += ",\n";
  out += "{\"ph\":\"";
  out += phase;
  out += "\",\"pid\":" + std::to_string(process) + ",\"tid\":" + std::to_string(row) +
         ",\"ts\":" + time + ",\"name\":";
  append_quoted(out, title);
}

/// An entry that gives `what` (a process or a thread) its name.
void add_name(std::string& out, const char* what, uint32_t process, size_t row,
              const std::string& name) {
  begin_entry(out, "M", process, row, what, 0);
  out += ",\"args\":{\"name\":";
  append_quoted(out, name);
  out += "}}";
}

/// Which goroutine a processor ran, and when.
struct Slice {
  uint16_t processor;
  double begin_us;
  double end_us;
  TraceEvent start;
};

/// Adds the slices of one thread, whose times in microseconds are `times`.
void collect_slices(const std::vector<TraceEvent>& events, const std::vector<double>& times,
                    std::vector<Slice>& slices) {
  const TraceEvent* running = nullptr;
  double begin = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    const bool begins = events[i].kind == TraceKind::kStart || events[i].kind == TraceKind::kReturn;
    const bool ends = events[i].kind == TraceKind::kStop || events[i].kind == TraceKind::kBlock ||
                      events[i].kind == TraceKind::kExit || events[i].kind == TraceKind::kSyscall;
    if (!begins && !ends) continue;
    if (running != nullptr) slices.push_back({running->processor, begin, times[i], *running});
    running = begins ? &events[i] : nullptr;
    begin = times[i];
  }
}

void add_processors(std::string& out, uint32_t process, std::vector<Slice> slices) {
  std::sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) {
    return a.processor != b.processor ? a.processor < b.processor : a.begin_us < b.begin_us;
  });
  for (size_t i = 0; i < slices.size(); ++i) {
    const Slice& slice = slices[i];
    const size_t row = kProcessorRows + slice.processor;
    if (i == 0 || slices[i - 1].processor != slice.processor)
      add_name(out, "thread_name", process, row, "P" + std::to_string(slice.processor));
    const char* const name = slice.start.name;
    begin_entry(out, "X", process, row, name != nullptr && *name != 0 ? name : "goroutine",
                slice.begin_us);
    char length[64];
    std::snprintf(length, sizeof length, "%.3f", slice.end_us - slice.begin_us);
    out += std::string(",\"dur\":") + length +
           ",\"args\":{\"goroutine\":" + std::to_string(slice.start.goroutine) + "}}";
  }
}

// Writes the events of one thread as rows of the file.
class Row {
 public:
  Row(std::string& out, uint32_t process, size_t thread)
      : out_(out), process_(process), thread_(thread) {}

  void add(const TraceEvent& event, double microseconds) {
    switch (event.kind) {
      case TraceKind::kStart:
        close(microseconds);
        entry("B", title_of(event), microseconds);
        out_ += ",\"args\":{\"processor\":" + std::to_string(event.processor) + "}}";
        open_ = 1;
        return;
      case TraceKind::kSyscall:
        if (open_ == 1) begin("blocking call", microseconds);
        return;
      case TraceKind::kReturn:
      case TraceKind::kRequeue:
        if (open_ == 2) end(microseconds);
        if (event.kind == TraceKind::kRequeue) close(microseconds);
        return;
      case TraceKind::kStop:
      case TraceKind::kBlock:
      case TraceKind::kExit: close(microseconds); return;
      default: break;
    }
    std::string title = to_string(event.kind);
    if (event.goroutine != 0) title += " " + title_of(event);
    entry("i", title, microseconds);
    out_ += ",\"s\":\"t\"}";
  }

 private:
  void entry(const char* phase, const std::string& title, double microseconds) {
    begin_entry(out_, phase, process_, thread_, title, microseconds);
  }
  void begin(const char* title, double microseconds) {
    entry("B", title, microseconds);
    out_ += '}';
    ++open_;
  }
  void end(double microseconds) {
    entry("E", "", microseconds);
    out_ += '}';
    --open_;
  }
  void close(double microseconds) {
    while (open_ > 0) end(microseconds);
  }

  std::string& out_;
  const uint32_t process_;
  const size_t thread_;
  int open_ = 0;  // slices that have begun
};

}  // namespace

TraceBuffer::TraceBuffer(size_t events)
    : mask_(std::bit_ceil(std::max<size_t>(events, 2)) - 1),
      slots_(std::make_unique<Slot[]>(mask_ + 1)) {}

std::vector<TraceEvent> TraceBuffer::events() const {
  const uint64_t end = count_.load(std::memory_order_acquire);
  const uint64_t begin = end > mask_ ? end - mask_ - 1 : 0;
  std::vector<TraceEvent> result;
  result.reserve(end - begin);
  for (uint64_t i = begin; i < end; ++i) {
    const Slot& slot = slots_[i & mask_];
    const uint64_t packed = slot[3].load(std::memory_order_relaxed);
    result.push_back({slot[0].load(std::memory_order_relaxed),
                      slot[1].load(std::memory_order_relaxed),
                      reinterpret_cast<const char*>(slot[2].load(std::memory_order_relaxed)),
                      static_cast<TraceKind>(packed & 0xff), static_cast<uint8_t>(packed >> 8),
                      static_cast<uint16_t>(packed >> 16)});
  }
  // The writer may be at work in the slot after its count.
  full_fence();
  const uint64_t now = count_.load(std::memory_order_acquire) + 1;
  const uint64_t kept = now > mask_ ? now - mask_ - 1 : 0;
  if (kept > begin)
    result.erase(result.begin(),
                 result.begin() + static_cast<std::ptrdiff_t>(std::min(kept - begin, end - begin)));
  return result;
}

Trace::Trace(size_t events) : events_(events), first_ticks_(trace_ticks()), first_ns_(now_ns()) {
  if (events_ != 0) shared_ = add_thread("sysmon and others");
}

TraceBuffer* Trace::add_thread(std::string name) {
  if (events_ == 0) return nullptr;
  const Guard guard(lock_);
  threads_.push_back({std::move(name), std::make_unique<TraceBuffer>(events_)});
  return threads_.back().buffer.get();
}

void Trace::add_shared(const TraceEvent& event) {
  const Guard guard(lock_);
  shared_->add(event);
}

std::string Trace::entries(uint32_t process, const std::string& title) const {
  const auto ticks = static_cast<double>(trace_ticks() - first_ticks_);
  const double us_per_tick =
      static_cast<double>(now_ns() - first_ns_) / 1000 / std::max(ticks, 1.0);
  std::string out;
  add_name(out, "process_name", process, 0, title + "threads");
  add_name(out, "process_name", process + 1, 0, title + "processors");
  std::vector<Slice> slices;
  const Guard guard(lock_);
  for (size_t i = 0; i < threads_.size(); ++i) {
    add_name(out, "thread_name", process, i, threads_[i].name);
    const std::vector<TraceEvent> events = threads_[i].buffer->events();
    std::vector<double> times;
    for (const TraceEvent& event : events)
      times.push_back(static_cast<double>(static_cast<int64_t>(event.ticks - first_ticks_)) *
                      us_per_tick);
    Row row(out, process, i);
    for (size_t at = 0; at < events.size(); ++at) row.add(events[at], times[at]);
    collect_slices(events, times, slices);
  }
  add_processors(out, process + 1, std::move(slices));
  return out;
}

}  // namespace leat::runtime
