// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is refused of real shared objects is in tests/plugin/plugins_test.py.
#include <elf.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "operators/plugin/plugin_set.h"
#include "tests/support/temp_dir.h"

namespace leat::plugin {
namespace {

TEST(PluginLoader, FindsBareNamesOnTheSearchPath) {
  const test::TempDir folder;
  std::ofstream(folder.path() + "/mine.so") << "x";
  setenv("LEAT_PLUGIN_PATH", ("/nowhere::" + folder.path()).c_str(), 1);
  EXPECT_EQ(*find_file("mine"), folder.path() + "/mine.so");
  EXPECT_EQ(*find_file("mine.so"), folder.path() + "/mine.so");
  EXPECT_EQ(*find_file("./mine.so"), "./mine.so");
  EXPECT_FALSE(find_file("other"));
  unsetenv("LEAT_PLUGIN_PATH");
  EXPECT_EQ(find_file("mine").error().message,
            "there is no plugin 'mine' in LEAT_PLUGIN_PATH, which is not set");
}

TEST(PluginLoader, SaysWhatIsNoSharedObject) {
  const test::TempDir folder;
  const std::string file = folder.path() + "/text.so";
  std::ofstream(file) << std::string(200, 'x');
  EXPECT_EQ(open_file(file).error().message,
            "the plugin " + file + " cannot be loaded: it is not a shared object");
  EXPECT_EQ(open_file(folder.path()).error().message,
            "the plugin " + folder.path() + " cannot be loaded: it is a folder");
}

TEST(PluginLoader, APipeIsNotWaitedFor) {
  const test::TempDir folder;
  const std::string pipe = folder.file("pipe.so");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(open_file(pipe).error().message,
            "the plugin " + pipe + " cannot be loaded: it is no regular file");
}

/// This program, which is laid out as a shared object is, with `change` applied to its head.
std::string changed_program(const test::TempDir& folder, const std::string& name,
                            void (*change)(Elf64_Ehdr&, Elf64_Phdr*), size_t bytes_kept) {
  std::ifstream file("/proc/self/exe", std::ios::binary | std::ios::ate);
  std::string content(static_cast<size_t>(file.tellg()), '\0');  // much, with sanitizers
  file.seekg(0);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  auto& header = *reinterpret_cast<Elf64_Ehdr*>(content.data());
  change(header, reinterpret_cast<Elf64_Phdr*>(content.data() + header.e_phoff));
  return folder.write(name, std::string_view(content).substr(0, bytes_kept));
}

TEST(PluginLoader, WhatTheLinkerWouldTouchBehindTheEndIsRefused) {
  const test::TempDir folder;
  const auto refusal = [&](const std::string& file) {
    const auto plugin = open_file(file);
    if (plugin) return std::string("was loaded");
    const std::string& message = plugin.error().message;
    return message.substr(message.find(": ") + 2);
  };
  constexpr std::string_view kCutOff = "its end is missing";
  constexpr std::string_view kOdd = "its table of segments is damaged";
  const auto no_sections = [](Elf64_Ehdr& header, Elf64_Phdr*) {
    header.e_shoff = header.e_shnum = 0;  // so that only the segments tell
  };
  EXPECT_EQ(refusal(changed_program(folder, "cut.so", no_sections, 100'000)), kCutOff);
  EXPECT_EQ(refusal(changed_program(folder, "head.so", no_sections, 70)), kCutOff);
  const auto far_segment = [](Elf64_Ehdr& header, Elf64_Phdr* segments) {
    for (size_t i = 0; i < header.e_phnum; ++i) segments[i].p_offset = ~uint64_t{0} - 10;
  };
  EXPECT_EQ(refusal(changed_program(folder, "far.so", far_segment, std::string::npos)), kCutOff);
  const auto no_segments = [](Elf64_Ehdr& header, Elf64_Phdr*) { header.e_phnum = 0; };
  EXPECT_EQ(refusal(changed_program(folder, "none.so", no_segments, std::string::npos)), kOdd);
  const auto no_dynamic = [](Elf64_Ehdr& header, Elf64_Phdr* segments) {
    for (size_t i = 0; i < header.e_phnum; ++i) {
      if (segments[i].p_type == PT_DYNAMIC) segments[i].p_vaddr = uint64_t{1} << 60;
    }
  };
  EXPECT_EQ(refusal(changed_program(folder, "wild.so", no_dynamic, std::string::npos)), kOdd);
}

}  // namespace
}  // namespace leat::plugin
