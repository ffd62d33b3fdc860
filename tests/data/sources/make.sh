#!/bin/sh
# Makes the sample papers, as a user has them, out of the Markdown beside it.
#
#   tests/data/papers/make.sh          from any directory; the papers land beside this script
#
# The tests do not run this: what it makes is committed. Run it after a master has changed.
# Needs these Debian 12 packages:
#   pandoc weasyprint poppler-utils fonts-liberation fonts-noto-cjk
# The same packages give the same bytes, whatever the day and the directory.

set -eu

# NAME (of NAME.md), FORMAT, and what is special about it:
#   columns=N  columns of the PDF
#   break=A-B  in the text file, the word AB is hyphenated once, at a line end
papers='
en-digital-gap   md
en-maritime      md
en-mekong        txt   break=infra-structure
en-rivalry       pdf   columns=2
en-talent        docx
en-trust         html
zh-hans-talent   docx
zh-hans-trust    md
zh-hant-rivalry  pdf   columns=1
id-infrastruktur html
vi-bien-dong     docx
th-digital       txt
'

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here"

for tool in pandoc weasyprint pdftotext; do
  command -v "$tool" >/dev/null || {
    echo "make.sh: $tool is missing: apt-get install pandoc weasyprint poppler-utils fonts-liberation fonts-noto-cjk" >&2
    exit 2
  }
done

# No clock, no locale and no hash seed of this machine in what is made. The moment that a docx and
# a zip entry bear is the first of July of the paper's year (see make_paper).
LC_ALL=C.UTF-8
TZ=UTC
PYTHONHASHSEED=0
export LC_ALL TZ PYTHONHASHSEED

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Quotes, dashes and apostrophes stay as the authors typed them (no "smart").
# Lines of Han characters are joined without a blank.
reader() {
  case $1 in
    zh-*) echo markdown-smart+east_asian_line_breaks ;;
    *)    echo markdown-smart ;;
  esac
}

convert() {    # NAME, then pandoc's options
  name=$1; shift
  pandoc -f "$(reader "$name")" --lua-filter make.lua "$@" "$name.md"
}

# Moves the first half of a word to the end of the line before it, with a hyphen, where there is
# room for it: once in the file, at the first place where the word begins a line.
hyphenate() {  # A-B FILE
  awk -v word="$1" '
    BEGIN { split(word, half, "-"); whole = half[1] half[2]; head = half[1] "-" }
    { line[NR] = $0 }
    END {
      for (i = 2; i <= NR && !done; i++)
        if (index(line[i], whole) == 1 && line[i-1] ~ /[^ ]/ && length(line[i-1]) + 1 + length(head) <= 78) {
          line[i-1] = line[i-1] " " head
          line[i] = substr(line[i], length(half[1]) + 1)
          done = 1
        }
      if (!done) { print "make.sh: no room to hyphenate " whole > "/dev/stderr"; exit 1 }
      for (i = 1; i <= NR; i++) print line[i]
    }' "$2"
}

make_paper() { # NAME FORMAT SPECIAL
  out=../papers/$1.$2
  year=$(sed -n 's/^date: *"\{0,1\}\([0-9]\{4\}\).*/\1/p' "$1.md" | head -n 1)
  SOURCE_DATE_EPOCH=$(date -u -d "${year:-2024}-07-01" +%s)
  export SOURCE_DATE_EPOCH
  case $2 in
    md)
      cp "$1.md" "$out" ;;
    txt)
      convert "$1" -s -t plain --columns=78 --template txt.template -o "$scratch/$1.$2"
      case $3 in
        break=*) hyphenate "${3#break=}" "$scratch/$1.$2" >"$out" ;;
        *)       cp "$scratch/$1.$2" "$out" ;;
      esac ;;
    html)
      convert "$1" -s -t html5 --wrap=none -o "$out" ;;
    docx)
      convert "$1" -s -t docx -o "$out" ;;
    pdf)
      convert "$1" -s -t html5 --wrap=none --template pdf.template \
        -V columns="${3#columns=}" -o "$scratch/$1.html"
      weasyprint -q -s pdf.css "$scratch/$1.html" "$out" ;;
    *)
      echo "make.sh: $1: no such format: $2" >&2; exit 2 ;;
  esac
  chmod 644 "$out"
  echo "$out"
}

printf '%s' "$papers" | while read -r name format special; do
  [ -n "$name" ] || continue
  make_paper "$name" "$format" "$special"
done
