# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# What find_package(leat) gives: the headers for plugins as leat::plugin, the program as
# leat::program, and leat_add_plugin(NAME SOURCES...).
get_filename_component(leat_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET leat::plugin)
  add_library(leat::plugin INTERFACE IMPORTED)
  set_target_properties(leat::plugin PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${leat_PREFIX}/include")
  add_executable(leat::program IMPORTED)
  set_target_properties(leat::program PROPERTIES IMPORTED_LOCATION "${leat_PREFIX}/bin/leat")
endif()
set(leat_PROGRAM "${leat_PREFIX}/bin/leat")

# A shared object NAME.so that exports nothing but what the plugin interface asks for.
function(leat_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE leat::plugin)
  target_compile_features(${name} PRIVATE c_std_11 cxx_std_20)
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".so" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    target_compile_options(${name} PRIVATE -O2)
  endif()
endfunction()
