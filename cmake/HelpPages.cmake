# cmake -DPAGES=… -DOUTPUT=… -P HelpPages.cmake: the pages' text as a C++ source.
set(entries)
foreach(page IN LISTS PAGES)
  cmake_path(GET page STEM name)
  file(READ ${page} text)
  string(APPEND entries "      {\"${name}\", R\"markdown(${text})markdown\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"cli/help.hpp\"

namespace ddx::cli {

const std::map<std::string, std::string>& help_pages() {
  static const std::map<std::string, std::string> pages{
${entries}  };
  return pages;
}

}  // namespace ddx::cli
")
