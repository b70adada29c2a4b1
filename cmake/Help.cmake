# docs/commands/*.md become the help pages inside the program and, by the target ddx_man, the manual in man/man1/.
file(GLOB DDX_HELP_PAGES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/commands/*.md)

function(ddx_add_help library)
  set(pages_cpp ${PROJECT_BINARY_DIR}/generated/help_pages.cpp)
  add_custom_command(
    OUTPUT ${pages_cpp}
    COMMAND ${CMAKE_COMMAND} "-DPAGES=${DDX_HELP_PAGES}" -DOUTPUT=${pages_cpp} -P ${PROJECT_SOURCE_DIR}/cmake/HelpPages.cmake
    DEPENDS ${DDX_HELP_PAGES} ${PROJECT_SOURCE_DIR}/cmake/HelpPages.cmake VERBATIM)

  set(libraries "libgit2 ${libgit2_VERSION}" "libcurl ${CURL_VERSION_STRING}" "libsodium ${sodium_VERSION}"
                "yaml-cpp ${yaml-cpp_VERSION}")
  list(JOIN libraries "\", \"" DDX_LIBRARIES)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/build_info.cpp.in ${PROJECT_BINARY_DIR}/generated/build_info.cpp @ONLY)
  target_sources(${library} PRIVATE ${pages_cpp} ${PROJECT_BINARY_DIR}/generated/build_info.cpp)

  set(manual)
  foreach(page IN LISTS DDX_HELP_PAGES)
    cmake_path(GET page STEM name)
    if(NOT name STREQUAL ddx)
      set(name ddx-${name})
    endif()
    set(man_page ${PROJECT_BINARY_DIR}/man/man1/${name}.1)
    add_custom_command(
      OUTPUT ${man_page}
      COMMAND ${CMAKE_COMMAND} -DPAGE=${page} -DNAME=${name} -DVERSION=${PROJECT_VERSION} -DOUTPUT=${man_page}
              -P ${PROJECT_SOURCE_DIR}/cmake/ManPage.cmake
      DEPENDS ${page} ${PROJECT_SOURCE_DIR}/cmake/ManPage.cmake VERBATIM)
    list(APPEND manual ${man_page})
  endforeach()
  add_custom_target(ddx_man ALL DEPENDS ${manual})
endfunction()
