std = "max"
max_line_length = 140
globals = { "Pandoc" }
read_globals = { "pandoc", "PANDOC_SCRIPT_FILE", "PANDOC_STATE" }
files["tests/spec"] = { std = "max+busted" }
files["tests/hosts"] = { std = "max+busted" }
