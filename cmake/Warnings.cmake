# Warnings are errors for developers only, so that a newer compiler cannot break a user's build.
add_library(ddx_warnings INTERFACE)
target_compile_options(ddx_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wnull-dereference -Wimplicit-fallthrough -Wswitch
  -Wno-missing-field-initializers  # members have initializers of their own
  $<$<BOOL:${DDX_DEVELOPER}>:-Werror>
  # A Debug build with sanitizers makes GCC 12 see null where there is none.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference -Wno-error=maybe-uninitialized>)
