# ddx_layer(NAME [PUBLIC libs…] [PRIVATE libs…])
#
# One static library for the sources of the current folder. A C library is linked PRIVATE to the
# one layer that may include it; that is what keeps <git2.h> in src/git and <curl/curl.h> in src/net.
option(DDX_PRECOMPILE "Precompile the standard headers" ON)

function(ddx_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  if(NOT ARG_SOURCES)  # a room that is still empty
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_PUBLIC})
    return()
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} ddx_warnings)
  if(DDX_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE <algorithm> <chrono> <filesystem> <functional> <map> <memory>
      <optional> <span> <string> <string_view> <variant> <vector> <fmt/format.h>)
  endif()
endfunction()
