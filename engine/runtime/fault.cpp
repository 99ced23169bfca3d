// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine that recurses too deeply hits the guard of its stack; a bare "Segmentation
// fault" does not say which of ten thousand it was.
//
// Invariants:
//   1. The handler runs on the SignalStack of its thread, so it works when the goroutine's stack is
//      full. Threads of the runtime have one.
//   2. The handler reads what cannot be gone (the top word of a stack, a G, interned names, static
//      places) and writes with write(2). It allocates nothing and takes no lock.
//   3. It changes nothing about how the process dies: the default action is put back and the
//      instruction is run again, so exit status and core file are those of the fault.
//   4. Whoever knows more of what ran on the stack (the host of plugins) is asked: the witness. A
//      process that aborts has mostly said why; then only what the witness knows is added.
//   5. A guard is hit below the stack that contains it (stack.h: at its low end). A goroutine
//      is found from the faulting address if that lies in a guard, else from the stack pointer.
// Locking: none.
//
// Rejected: going on after the fault (nothing is known of the state); a stack trace in the handler
// (unwinding takes locks; the core file has it, and engine/gdb/leat_gdb.py shows it).
#include "engine/fault.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>

#include "engine/runtime/fault.h"
#include "engine/runtime/g.h"
#include "engine/runtime/stack.h"

namespace leat::runtime {

namespace {

// A line on stderr, put together without allocation.
class Line {
 public:
  Line& operator<<(const char* text) {
    const size_t bytes = std::strlen(text);
    const size_t fits = bytes < sizeof text_ - used_ ? bytes : sizeof text_ - used_;
    std::memcpy(text_ + used_, text, fits);
    used_ += fits;
    return *this;
  }
  Line& number(uint64_t value, unsigned base) {
    char digits[24];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
      digits[--at] = "0123456789abcdef"[value % base];
      value /= base;
    } while (value != 0);
    return *this << digits + at;
  }
  void write_to(int file) const {
    for (size_t at = 0; at < used_;) {
      const ssize_t written = write(file, text_ + at, used_ - at);
      if (written <= 0) return;
      at += static_cast<size_t>(written);
    }
  }

 private:
  char text_[1024];
  size_t used_ = 0;
};

uintptr_t stack_pointer_of(const void* context) {
  const mcontext_t& registers = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<uintptr_t>(registers.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return registers.sp;
#endif
}

void describe_goroutine(Line& line, const G& g) {
  line << "goroutine ";
  line.number(g.id.get(), 10);
  if (const char* name = g.name.get()) line << " '" << name << "'";
  const std::source_location created_at = g.created_at.get();
  line << " [running]:\n  created at " << created_at.file_name() << ":";
  line.number(created_at.line(), 10) << "\n";
}

const char* name_of(int signal) {
  switch (signal) {
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic error (division by zero, or its like)";
    case SIGILL: return "illegal instruction";
    case SIGABRT: return "aborted";
    default: return "segmentation fault";
  }
}

std::atomic<FaultWitness> fault_witness{nullptr};

/// Adds what the witness knows of the stack from `begin` on; false if it is nothing.
bool ask_witness(Line& line, uintptr_t begin, StackBase base, StackClass stack_class) {
  const FaultWitness witness = fault_witness.load(std::memory_order_acquire);
  if (witness == nullptr) return false;
  constexpr size_t kThreadStackBytes = size_t{8}
                                       << 20;  // the stack of a thread is not known better
  const uintptr_t end = base != nullptr
                            ? reinterpret_cast<uintptr_t>(base) + stack_bytes(stack_class)
                            : begin + kThreadStackBytes;
  char known[512];
  const size_t bytes = witness(begin, end, known, sizeof known - 1);
  if (bytes == 0) return false;
  known[bytes] = '\0';
  line << "  in " << known << "\n";
  return true;
}

/// A report, or nothing if there is nothing to say.
void report(int signal, const siginfo_t* info, const void* context) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  const uintptr_t stack_pointer = stack_pointer_of(context);
  StackClass stack_class;
  StackBase base = signal == SIGABRT ? nullptr : stack_containing(address, &stack_class);
  Line line;
  if (base != nullptr && address - reinterpret_cast<uintptr_t>(base) < stack_guard_bytes()) {
    line << "fatal error: stack overflow: a goroutine has used its ";
    line.number(stack_bytes(stack_class) >> 10, 10) << " KiB of stack; recurse less";
    if (stack_class == StackClass::kSmall) line << ", or start it with StackClass::kStage";
  } else {
    line << "fatal error: " << name_of(signal);
    if (signal == SIGSEGV || signal == SIGBUS) (line << " at address 0x").number(address, 16);
    base = stack_containing(stack_pointer, &stack_class);
  }
  line << "\n";
  const bool witnessed = ask_witness(line, stack_pointer, base, stack_class);
  if (signal == SIGABRT && !witnessed) return;
  line << "\n";
  if (base != nullptr) describe_goroutine(line, *stack_owner(base, stack_class));
  line.write_to(STDERR_FILENO);
}

void on_fault(int signal, siginfo_t* info, void* context) {
  struct sigaction dies{};
  dies.sa_handler = SIG_DFL;
  sigaction(signal, &dies, nullptr);  // first: a fault in here must end the process, too
  report(signal, info, context);
  if (info->si_code <= 0) raise(signal);  // sent, so no instruction will raise it again
}

}  // namespace

}  // namespace leat::runtime

namespace leat {

void set_fault_witness(FaultWitness witness) {
  runtime::fault_witness.store(witness, std::memory_order_release);
}

void report_faults() {
  if (runtime::kSanitized) return;
  static const bool installed = [] {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
      struct sigaction before{};
      if (sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
      struct sigaction ours{};
      ours.sa_sigaction = runtime::on_fault;
      ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
      sigemptyset(&ours.sa_mask);
      sigaction(signal, &ours, nullptr);
    }
    // Asked for here, so that the handler finds the answer made.
    return runtime::stack_guard_bytes() != 0;
  }();
  static_cast<void>(installed);
}

}  // namespace leat

namespace leat::runtime {

SignalStack::SignalStack() {
  if (kSanitized) return;  // sanitizers bring their own
  bytes_ = static_cast<size_t>(sysconf(_SC_SIGSTKSZ)) + (size_t{16} << 10);
  void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;  // then a fault is a bare one
  memory_ = memory;
  stack_t stack{};
  stack.ss_sp = memory_;
  stack.ss_size = bytes_;
  sigaltstack(&stack, nullptr);
}

SignalStack::~SignalStack() {
  if (memory_ == nullptr) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
  munmap(memory_, bytes_);
}

}  // namespace leat::runtime
