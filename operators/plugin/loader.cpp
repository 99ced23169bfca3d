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

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "engine/fault.h"
#include "operators/plugin/host.h"
#include "operators/plugin/plugin_set.h"

namespace leat::plugin {
namespace {

constexpr int kVersionsMax = 99;

std::unexpected<Error> refused(const std::string& path, std::string_view why, std::string hint) {
  return fail(ErrorCode::kInvalid, fmt::format("the plugin {} cannot be loaded: {}", path, why),
              std::move(hint));
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

/// Is the file a shared object of our kind of machine?
Status look_at(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return refused(path, errno_text(errno), "check the path, and that the file may be read");
  Elf64_Ehdr header{};
  const ssize_t bytes = ::read(file, &header, sizeof(header));
  struct stat status{};
  const bool known = ::fstat(file, &status) == 0;
  const bool is_folder = known && S_ISDIR(status.st_mode);
  ::close(file);
  if (is_folder)
    return refused(path, "it is a folder", "name the shared object in it, such as mine.so");
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
  // The table of sections stands last. To map a file that lacks its end is a bus error.
  const uint64_t end = header.e_shoff + uint64_t{header.e_shentsize} * header.e_shnum;
  if (known && S_ISREG(status.st_mode) && end > static_cast<uint64_t>(status.st_size)) {
    return refused(path, "its end is missing", "copy the file again, or build it again");
  }
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
  if (name.empty())
    return fail(ErrorCode::kInvalid, "the name of a plugin is empty", "write a path or a name");
  if (name.contains('/')) return name;
  const char* const path = std::getenv("LEAT_PLUGIN_PATH");
  const std::string folders = path == nullptr ? "" : path;
  for (size_t begin = 0; begin < folders.size();) {
    const size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string folder = folders.substr(begin, end - begin);
    begin = end + 1;
    if (folder.empty()) continue;
    for (const std::string_view ending : {"", ".so"}) {
      std::string file = fmt::format("{}/{}{}", folder, name, ending);
      struct stat status{};
      if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode)) return file;
    }
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("there is no plugin '{}' in {}", name,
                          folders.empty() ? "LEAT_PLUGIN_PATH, which is not set" : folders),
              fmt::format("write a path with a slash, such as ./{}, or add its folder to "
                          "LEAT_PLUGIN_PATH",
                          name.ends_with(".so") ? name : name + ".so"));
}

Result<const leat_plugin*> open_file(const std::string& path) {
  LEAT_TRY(look_at(path));
  set_fault_witness(name_crashed_call);
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
