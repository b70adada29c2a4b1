# 'cmake --install', and packages through CPack: the program, its manual and its completions.
install(TARGETS ddx RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY ${PROJECT_BINARY_DIR}/man/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} OPTIONAL
        FILES_MATCHING PATTERN "*.1")

# Completions are what the built program says they are.
if(NOT CMAKE_CROSSCOMPILING)
  set(completions ${PROJECT_BINARY_DIR}/completions)
  file(MAKE_DIRECTORY ${completions})
  foreach(shell_and_file IN ITEMS bash:ddx zsh:_ddx fish:ddx.fish)
    string(REGEX MATCH "^([^:]+):(.+)$" parts ${shell_and_file})
    add_custom_command(OUTPUT ${completions}/${CMAKE_MATCH_2}
                       COMMAND ddx completion ${CMAKE_MATCH_1} > ${completions}/${CMAKE_MATCH_2}
                       DEPENDS ddx VERBATIM)
    list(APPEND completion_files ${completions}/${CMAKE_MATCH_2})
  endforeach()
  add_custom_target(ddx_completions ALL DEPENDS ${completion_files})
  install(FILES ${completions}/ddx DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${completions}/ddx.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  # Debian's zsh looks elsewhere for packages than for what an administrator installed.
  install(CODE "
    set(zsh_folder site-functions)
    if(CMAKE_INSTALL_PREFIX MATCHES \"/usr$\" AND EXISTS /etc/debian_version)
      set(zsh_folder vendor-completions)
    endif()
    file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${zsh_folder}\"
         TYPE FILE FILES \"${completions}/_ddx\")")
endif()

set(CPACK_PACKAGE_NAME ddx)
set(CPACK_PACKAGE_VENDOR "The ddx authors")
set(CPACK_PACKAGE_CONTACT "The ddx authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME ddx-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_GENERATOR TGZ)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
mark_as_advanced(DPKG_SHLIBDEPS)
if(DPKG_SHLIBDEPS)  # what names the packages of the libraries that ddx links; without it the .deb would lie
  list(APPEND CPACK_GENERATOR DEB)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "git, ca-certificates")
include(CPack)
