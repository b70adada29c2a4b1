if(DDX_SANITIZE)
  add_compile_options(-fsanitize=${DDX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DDX_SANITIZE})
endif()
