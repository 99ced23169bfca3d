// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a file that claims to be a plugin may be anything, and the person who named it should
// read one line that says what it is and what to do.
//
// Invariants:
//  1. The file is looked at before the dynamic linker sees it, whose messages do not tell a text
//     file from an object of another machine.
//  2. Of a shared object without our symbol it is said whether it belongs to another version.
//  3. A shared object that was loaded stays loaded: its strings and code are used until the end.
//
// Rejected: RTLD_GLOBAL (symbols of one plugin would meet those of another), and RTLD_DEEPBIND (it
// breaks sanitizers and malloc replacements).
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/plugin.h"
#include "engine/fault.h"
#include "engine/mutant.h"
#include "operators/output/file_calls.h"
#include "operators/plugin/connectors.h"
#include "operators/plugin/host.h"
#include "operators/plugin/plugin_set.h"
#include "operators/plugin/trust.h"

namespace leat::plugin {
namespace {

constexpr int kVersionsMax = 99;

std::unexpected<Error> refused(const std::string& path, std::string_view why, std::string hint) {
  return fail(code::kPluginNotLoaded, ErrorCode::kInvalid,
              fmt::format("the plugin {} cannot be loaded: {}", path, why), std::move(hint));
}

std::string_view machine_name(uint16_t machine) {
  switch (machine) {
    case EM_X86_64: return "x86-64";
    case EM_AARCH64: return "arm64";
    case EM_386: return "i386";
    case EM_ARM: return "arm";
    case EM_RISCV: return "riscv64";
    case EM_PPC64: return "ppc64";
    case EM_S390: return "s390x";
    default: return "an unknown machine";
  }
}

uint16_t our_machine() {
  Elf64_Ehdr header{};
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  const bool read = file >= 0 && ::read(file, &header, sizeof(header)) == sizeof(header);
  if (file >= 0) ::close(file);
  return read ? header.e_machine : uint16_t{EM_NONE};
}

/// What the dynamic linker will map and follow without asking: it must lie within the file, since
/// to touch a page behind its end is a bus error. "" when it does.
std::string layout_mistake(int file, const Elf64_Ehdr& header, uint64_t file_bytes) {
  constexpr std::string_view kCutOff = "its end is missing";
  constexpr std::string_view kOdd = "its table of segments is damaged";
  const auto ends_in_file = [&](uint64_t begin, uint64_t bytes) {
    return bytes <= file_bytes && begin <= file_bytes - bytes;
  };
  // The table of sections stands last.
  if (!ends_in_file(header.e_shoff, uint64_t{header.e_shentsize} * header.e_shnum))
    return std::string(kCutOff);
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0) return std::string(kOdd);
  std::vector<Elf64_Phdr> segments(header.e_phnum);
  const size_t bytes = segments.size() * sizeof(Elf64_Phdr);
  if (!ends_in_file(header.e_phoff, bytes) ||
      ::pread(file, segments.data(), bytes, static_cast<off_t>(header.e_phoff)) !=
          static_cast<ssize_t>(bytes))
    return std::string(kCutOff);
  bool has_load = false;
  std::optional<Elf64_Phdr> dynamic;
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC) continue;
    if (!ends_in_file(segment.p_offset, segment.p_filesz)) return std::string(kCutOff);
    if (segment.p_filesz > segment.p_memsz ||
        segment.p_memsz > std::numeric_limits<uint64_t>::max() / 2 - segment.p_vaddr)
      return std::string(kOdd);
    has_load |= segment.p_type == PT_LOAD;
    if (segment.p_type == PT_DYNAMIC) dynamic = segment;
  }
  const bool is_mapped =
      dynamic && std::any_of(segments.begin(), segments.end(), [&](const Elf64_Phdr& segment) {
        return segment.p_type == PT_LOAD && dynamic->p_vaddr >= segment.p_vaddr &&
               dynamic->p_filesz <= segment.p_filesz &&
               dynamic->p_vaddr - segment.p_vaddr <= segment.p_filesz - dynamic->p_filesz;
      });
  return has_load && is_mapped ? std::string() : std::string(kOdd);
}

/// Is the file a shared object of our kind of machine?
Status look_at(const std::string& path) {
  // Not blocking: a pipe would wait for its writer.
  const io::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open())
    return refused(path, errno_text(errno), "check the path, and that the file may be read");
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return refused(path, errno_text(errno), "");
  if (S_ISDIR(status.st_mode))
    return refused(path, "it is a folder", "name the shared object in it, such as mine.so");
  if (!S_ISREG(status.st_mode))
    return refused(path, "it is no regular file", "name a shared object, such as mine.so");
  Elf64_Ehdr header{};
  const ssize_t bytes = ::pread(file.get(), &header, sizeof(header), 0);
  const bool is_elf = bytes >= SELFMAG && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
  if (!is_elf || bytes < static_cast<ssize_t>(sizeof(header))) {
    return refused(path, "it is not a shared object",
                   "name the .so that building the plugin made, not its source");
  }
  const uint16_t ours = our_machine();
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || (ours != EM_NONE && header.e_machine != ours)) {
    return refused(path,
                   fmt::format("it was built for {}, and this is {}",
                               machine_name(header.e_machine), machine_name(ours)),
                   fmt::format("build it on or for {}", machine_name(ours)));
  }
  if (header.e_type != ET_DYN) {
    return refused(path, "it is not a shared object",
                   "link the plugin with -shared (CMake: add_library(... MODULE ...))");
  }
  std::string mistake = layout_mistake(file.get(), header, static_cast<uint64_t>(status.st_size));
  if (!mistake.empty() && !LEAT_MUTANT("odd_objects_are_mapped"))
    return refused(path, mistake, "copy the file again, or build it again");
  return {};
}

/// The version of the interface that an object without our symbol was built for, if any.
std::optional<int> other_version(void* object) {
  for (int version = 0; version <= kVersionsMax; ++version) {
    if (dlsym(object, fmt::format("leat_plugin_v{}", version).c_str()) != nullptr) return version;
  }
  return std::nullopt;
}

std::unexpected<Error> no_symbol(const std::string& path, void* object) {
  const std::optional<int> version = other_version(object);
  if (!version) {
    return refused(path, fmt::format("it does not export '{}'", LEAT_PLUGIN_SYMBOL),
                   "a plugin in C++ ends with LEAT_PLUGIN(...); one in C defines that function");
  }
  const bool newer = *version > LEAT_PLUGIN_ABI;
  return refused(path,
                 fmt::format("it was built for version {} of the plugin interface, and this leat "
                             "{} has version {}",
                             *version, LEAT_VERSION, LEAT_PLUGIN_ABI),
                 newer ? "use a newer leat, or build the plugin for this one"
                       : "build the plugin again with the headers of this leat");
}

}  // namespace

Result<std::string> find_file(const std::string& name) {
  if (name.empty() || name.contains('\0'))
    return fail(code::kPluginNotFound, ErrorCode::kInvalid,
                name.empty() ? "the name of a plugin is empty" : "the name of a plugin holds a NUL",
                "write a path or a name");
  if (name.contains('/')) return name;
  LEAT_TRY_ASSIGN(const std::vector<std::string> folders, search_folders());
  for (const std::string& folder : folders) {
    for (const std::string_view ending : {"", ".so"}) {
      std::string file = fmt::format("{}/{}{}", folder, name, ending);
      struct stat status{};
      if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode)) return file;
    }
  }
  const char* const path = ::secure_getenv("LEAT_PLUGIN_PATH");
  return fail(
      code::kPluginNotFound, ErrorCode::kInvalid,
      fmt::format("there is no plugin '{}' in {}", name,
                  path == nullptr || *path == '\0' ? "LEAT_PLUGIN_PATH, which is not set" : path),
      fmt::format("write a path with a slash, such as ./{}, or add its folder to "
                  "LEAT_PLUGIN_PATH",
                  name.ends_with(".so") ? name : name + ".so"));
}

Result<const leat_plugin*> open_file(const std::string& path) {
  LEAT_TRY(look_at(path));
  set_fault_witness(name_crashed_call);
  prepare_connector(path);
  void* const object = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) {
    return refused(path, fmt::format("the dynamic linker says: {}", dlerror()),
                   "install the library that it names, or link the plugin with it");
  }
  const auto entry = reinterpret_cast<leat_plugin_entry>(dlsym(object, LEAT_PLUGIN_SYMBOL));
  if (entry == nullptr) {
    const std::unexpected<Error> error = no_symbol(path, object);
    dlclose(object);
    return error;
  }
  const leat_plugin* plugin = nullptr;
  try {
    plugin = entry(&host());
  } catch (const std::exception& exception) {
    return refused(path, fmt::format("'{}' threw: {}", LEAT_PLUGIN_SYMBOL, exception.what()),
                   "tell its author");
  } catch (...) {
    return refused(path, fmt::format("'{}' threw an exception", LEAT_PLUGIN_SYMBOL),
                   "tell its author, who must return NULL instead");
  }
  if (plugin == nullptr) {
    return refused(path, fmt::format("'{}' returned nothing", LEAT_PLUGIN_SYMBOL),
                   "its author knows what it needs to start");
  }
  return plugin;
}

}  // namespace leat::plugin
