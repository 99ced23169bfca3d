# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# leat-postgres: a plugin over libpq. Included by CMakeLists.txt; skipped, with one line, where libpq is not found. It
# needs leat's plugin headers and nothing else of leat.

option(LEAT_POSTGRES "build leat-postgres, the connector for PostgreSQL, where libpq is found" ON)
if(NOT LEAT_POSTGRES)
  message(STATUS "leat-postgres: SKIPPED, LEAT_POSTGRES is off")
  return()
endif()
find_path(LEAT_PQ_HEADERS libpq-fe.h PATH_SUFFIXES postgresql)
find_library(LEAT_PQ_LIBRARY pq)
mark_as_advanced(LEAT_PQ_HEADERS LEAT_PQ_LIBRARY)
if(NOT LEAT_PQ_HEADERS OR NOT LEAT_PQ_LIBRARY)
  message(STATUS "leat-postgres: SKIPPED, libpq is not installed (libpq-dev)")
  return()
endif()

file(GLOB postgres_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/operators/connectors/postgres/*.cpp)
add_library(leat_postgres MODULE ${postgres_files})
target_include_directories(leat_postgres PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/plugin_include)
target_include_directories(leat_postgres SYSTEM PRIVATE ${LEAT_PQ_HEADERS})
target_compile_definitions(leat_postgres PRIVATE LEAT_VERSION="${PROJECT_VERSION}")
target_compile_options(leat_postgres PRIVATE -Wall -Wextra $<$<NOT:$<CONFIG:Debug>>:-O2>)
target_link_libraries(leat_postgres PRIVATE ${LEAT_PQ_LIBRARY})
set_target_properties(leat_postgres PROPERTIES
  PREFIX "" OUTPUT_NAME postgres CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/connectors)
add_dependencies(connectors leat_postgres)
install(TARGETS leat_postgres LIBRARY DESTINATION lib/leat/connectors COMPONENT leat-postgres OPTIONAL)
install(FILES LICENSE DESTINATION share/doc/leat-postgres RENAME copyright COMPONENT leat-postgres)
