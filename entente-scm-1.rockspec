rockspec_format = "3.0"
package = "entente"
version = "scm-1"
source = { url = "git+file://." }
description = {
  summary = "Content analysis for Lua",
  detailed = "Codes papers with a codebook of argument categories and keeps the exact words and their place.",
  license = "MIT",
}
dependencies = { "lua >= 5.3, < 5.5" }
build = {
  type = "make",
  build_variables = { CFLAGS = "$(CFLAGS)" },
  install_variables = { PREFIX = "$(PREFIX)", LUADIR = "$(LUADIR)", LIBDIR = "$(LIBDIR)", LUAS = "5.4" },
}
