# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# leat-parquet: a plugin over Arrow C++. Included by CMakeLists.txt; skipped, with one line, where Arrow is not found: as
# a package of the system, or where LEAT_ARROW says (`./dev install-arrow` puts it into build/arrow). It needs leat's
# plugin headers and nothing else of leat.

option(LEAT_PARQUET "build leat-parquet, the connector for Parquet, where Arrow C++ is found" ON)
set(LEAT_ARROW ${CMAKE_SOURCE_DIR}/build/arrow CACHE PATH "where Arrow C++ lies, besides the folders of the system")
if(NOT LEAT_PARQUET)
  message(STATUS "leat-parquet: SKIPPED, LEAT_PARQUET is off")
  return()
endif()
find_path(LEAT_ARROW_HEADERS parquet/arrow/reader.h HINTS ${LEAT_ARROW}/include)
find_library(LEAT_ARROW_LIBRARY arrow HINTS ${LEAT_ARROW}/lib)
find_library(LEAT_ARROW_PARQUET_LIBRARY parquet HINTS ${LEAT_ARROW}/lib)
mark_as_advanced(LEAT_ARROW_HEADERS LEAT_ARROW_LIBRARY LEAT_ARROW_PARQUET_LIBRARY)
if(NOT LEAT_ARROW_HEADERS OR NOT LEAT_ARROW_LIBRARY OR NOT LEAT_ARROW_PARQUET_LIBRARY)
  message(STATUS "leat-parquet: SKIPPED, Arrow C++ is not installed (./dev install-arrow)")
  return()
endif()

file(GLOB parquet_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/operators/connectors/parquet/*.cpp)
add_library(leat_parquet MODULE ${parquet_files})
target_include_directories(leat_parquet PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/plugin_include)
target_include_directories(leat_parquet SYSTEM PRIVATE ${LEAT_ARROW_HEADERS})
target_compile_definitions(leat_parquet PRIVATE LEAT_VERSION="${PROJECT_VERSION}")
target_compile_options(leat_parquet PRIVATE -Wall -Wextra $<$<NOT:$<CONFIG:Debug>>:-O2>)
target_link_libraries(leat_parquet PRIVATE ${LEAT_ARROW_PARQUET_LIBRARY} ${LEAT_ARROW_LIBRARY})
set_target_properties(leat_parquet PROPERTIES
  PREFIX "" OUTPUT_NAME parquet CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/connectors INSTALL_RPATH "$ORIGIN/lib")
add_dependencies(connectors leat_parquet)
install(TARGETS leat_parquet LIBRARY DESTINATION lib/leat/connectors COMPONENT leat-parquet OPTIONAL)
install(FILES LICENSE DESTINATION share/doc/leat-parquet RENAME copyright COMPONENT leat-parquet)

# What is no package of the system comes along, under the names by which the plugin asks for it.
if(LEAT_ARROW_LIBRARY MATCHES "^${LEAT_ARROW}/")
  file(GLOB arrow_files ${LEAT_ARROW}/lib/libarrow.so.* ${LEAT_ARROW}/lib/libparquet.so.*)
  install(FILES ${arrow_files} DESTINATION lib/leat/connectors/lib COMPONENT leat-parquet)
  install(DIRECTORY ${LEAT_ARROW}/share/licenses/ DESTINATION share/doc/leat-parquet/licenses
          COMPONENT leat-parquet OPTIONAL)
endif()
