# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# What is installed besides the program, and the two Debian packages: `leat`, and `leat-dev` for plugins. Included by
# CMakeLists.txt; docker/package.sh runs it. What the program depends on is what dpkg-shlibdeps finds in it, and the
# zones of tzdata, which it reads by itself.

# Manual pages are made by the program itself, so only where packages are made: `./dev build` has no use for them.
set(LEAT_PAGES ${CMAKE_BINARY_DIR}/pages)
install(DIRECTORY ${LEAT_PAGES}/ DESTINATION share COMPONENT leat OPTIONAL)
install(FILES LICENSE DESTINATION share/doc/leat RENAME copyright COMPONENT leat)
install(FILES LICENSE DESTINATION share/doc/leat-dev RENAME copyright COMPONENT leat-dev)
install(FILES README.md CHANGELOG.md DESTINATION share/doc/leat COMPONENT leat)
install(DIRECTORY docs/guide docs/errors DESTINATION share/doc/leat COMPONENT leat)
install(DIRECTORY pipelines/examples DESTINATION share/doc/leat COMPONENT leat PATTERN expected EXCLUDE)

# The program of the archive, which brings its libraries along: it looks for them beside itself first.
if(TARGET leat)
  add_executable(leat_portable EXCLUDE_FROM_ALL cli/main.cpp)
  target_link_libraries(leat_portable PRIVATE leat_cli)
  target_link_options(leat_portable PRIVATE "-Wl,-rpath,$ORIGIN/../lib/leat" -Wl,--disable-new-dtags)
  set_target_properties(leat_portable PROPERTIES OUTPUT_NAME leat
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/portable)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME leat)
set(CPACK_PACKAGE_CONTACT "The leat authors <leat@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Data pipelines declared in YAML, run as a batch")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL leat leat-dev)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_LEAT_PACKAGE_NAME leat)
set(CPACK_DEBIAN_LEAT_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_LEAT_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LEAT_PACKAGE_DEPENDS tzdata)
set(CPACK_DEBIAN_LEAT_PACKAGE_RECOMMENDS libxml2)  # read_html_table loads it, nothing else does
set(CPACK_DEBIAN_LEAT-DEV_PACKAGE_NAME leat-dev)
set(CPACK_DEBIAN_LEAT-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LEAT-DEV_PACKAGE_DEPENDS "leat (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_LEAT_DESCRIPTION
"Pipelines declared in YAML compile into stages joined by bounded channels.
 Outputs appear together when a run has succeeded, or not at all.")
set(CPACK_COMPONENT_LEAT-DEV_DESCRIPTION "Headers and a CMake package for operators and functions in C or C++.")
# The connectors that can be built, with the libraries that are no packages of the system.
if(TARGET leat_parquet)
  list(APPEND CPACK_COMPONENTS_ALL leat-parquet)
  set(CPACK_DEBIAN_LEAT-PARQUET_PACKAGE_NAME leat-parquet)
  set(CPACK_DEBIAN_LEAT-PARQUET_PACKAGE_SECTION utils)
  set(CPACK_DEBIAN_LEAT-PARQUET_PACKAGE_DEPENDS "leat (= ${PROJECT_VERSION})")
  set(CPACK_COMPONENT_LEAT-PARQUET_DESCRIPTION
"Reads and writes Parquet files.
 Operators of pipelines, which leat finds by itself when they are installed.")
endif()
if(TARGET leat_postgres)
  list(APPEND CPACK_COMPONENTS_ALL leat-postgres)
  set(CPACK_DEBIAN_LEAT-POSTGRES_PACKAGE_NAME leat-postgres)
  set(CPACK_DEBIAN_LEAT-POSTGRES_PACKAGE_SECTION utils)
  set(CPACK_DEBIAN_LEAT-POSTGRES_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_LEAT-POSTGRES_PACKAGE_DEPENDS "leat (= ${PROJECT_VERSION})")
  set(CPACK_COMPONENT_LEAT-POSTGRES_DESCRIPTION
"Reads and writes tables of PostgreSQL servers.
 Operators of pipelines, which leat finds by itself when they are installed.")
endif()
include(CPack)
