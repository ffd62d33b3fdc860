#!/bin/sh
# Plants one bug at a time into a copy of the core and expects the fuzz target to find it.
# usage: plant.sh MAKE SCRATCH-FOLDER SECONDS [BUG…]; prints `ok N - …` or `not ok N - …` a bug
make=$1 scratch=$2 seconds=$3; shift 3
number=0 failed=0

# plant TARGET BUG FILE SED-EXPRESSION
plant() {
  case " $wanted " in "  " | *" $2 "*) ;; *) return ;; esac
  number=$((number + 1))
  sed -i "$4" "$scratch/core/src/$3"
  planted="$scratch/core/src/$3" sound="core/src/$3"
  if cmp -s "core/src/$3" "$scratch/core/src/$3"; then
    echo "not ok $number - $2 does not fit $3 any more"
    failed=1
    return
  fi
  rm -rf "$scratch/build/fuzz/found" "$scratch/build/fuzz/grown"
  if ! (cd "$scratch" && "$make" -s BUILD=build "build/fuzz/fuzz_$1") >"$scratch/log" 2>&1; then
    echo "not ok $number - $2 does not compile"
    failed=1
    cp "$sound" "$planted"
    return
  fi
  start=$(date +%s)
  if (cd "$scratch" && "$make" -s BUILD=build FUZZ_SECONDS="$seconds" "fuzz-$1") >"$scratch/log" 2>&1 ||
    ! ls "$scratch/build/fuzz/found/" | grep -q .; then
    echo "not ok $number - fuzz_$1 does not see it: $2"
    failed=1
  else
    how=$(grep -hoE 'not so: .*|ERROR: AddressSanitizer: [a-z-]+|runtime error: .*|ALARM: .*' "$scratch/build/fuzz/$1.log" | head -1)
    echo "ok $number - fuzz_$1 sees $2 after $(($(date +%s) - start)) s ($how)"
  fi
  cp "$sound" "$planted" # newer than what was built from it, so built again
}

wanted="$*"
rm -rf "$scratch" && mkdir -p "$scratch" && cp -R Makefile core tests "$scratch/" || exit 2

plant decode 'surrogates are valid' text/valid.c 's/lead == 0xED ? 0x9F/lead == 0xED ? 0xBF/'
plant decode 'a read behind the last byte' text/valid.c 's/length - at > 1 \&\& //'
plant decode 'one U+FFFD for two subparts' text/valid.c 's/if (lead < 0xC2) return 0;/if (lead < 0xC0) return 0;/'
plant normal 'U+11A7 is lost' text/rewrite.c 's/size_t count = enti_ucd_decompose/size_t count = cp == 0x11A7 ? 0 : enti_ucd_decompose/'
plant normal 'the map ends a byte early' text/normal.c 's/source_of(normal, end, true)}/source_of(normal, end, true) - 1}/'
plant normal 'a blocked mark composes' text/compose.c 's/class >= piece.class/class > piece.class/'
plant normal 'runs of equal classes are turned' text/compose.c 's/\.class > piece\.class/.class >= piece.class/'
plant words 'tokens of five bytes are skipped' token/segment.c 's/return enti_holds_word(text, from, to);/return to - from != 5 \&\& enti_holds_word(text, from, to);/'
plant words 'a window forgets the colon' token/window.h 's/w.letters = IS(.:.);/w.letters = 0;/'
plant words 'a window is read behind the text' token/segment.c 's/if (stop - s->at < ENTI_WINDOW_SIZE) at/if (stop - s->at < 8) at/'
plant words 'WB11 is forgotten' token/word.c 's/return IN(last, IN_NUMBERS) .*/return false;/'
plant words 'GB9b is forgotten' token/grapheme.c 's/ || last == ENTI_GCB_PREPEND//'
plant sentences 'SB8a is forgotten' token/sentence_plain.c 's/if (IN(class, CLASS(SCONTINUE) | TERMINATOR)) return true; .*//'
plant sentences 'a sentence ends one byte late' token/sentence.c 's/entry)) return p.back;/entry)) return p.back + 1;/'
plant sentences 'closing marks are taken from a skip' token/sentence.c 's/read_place(text, stop,/read_place(text, end,/'
plant index 'a range may part a character' index/given.c 's/if (!enti_between_characters/if (0 \&\& !enti_between_characters/'
plant words 'an AM takes every vowel AA' token/segment.c 's/cp == other_part ? 0 : other_part/other_part/'
plant index 'a part takes the token behind it' index/tokens.c 's/tokens\[token\].begin < part->end/tokens[token].begin <= part->end/'
plant index 'a joined word loses a byte' index/hyphen.c 's/left->end = right->end;/left->end = right->end - 1;/'
plant pattern 'a hit reaches a token too far' match/scan.c 's/(enti_found){first, last, ENT_NONE}/(enti_found){first, last + 1, ENT_NONE}/'
plant pattern 'a refusal points behind the term' match/term.c 's/ENT_ERR_PATTERN, i, "a/ENT_ERR_PATTERN, i + 2, "a/'
plant given 'a token without a letter stays' index/given.c 's/if (!enti_holds_word(source->text, range.begin, range.end)) continue;//'
plant segment 'the bytes of a type are not touched' segment/types.c 's/return enti_segment_touch(s, ENTI_SECTION_TYPE_BYTES, .*;/return ENT_OK;/'
plant segment 'a part may part a character' segment/load.c 's/if (!is_clean(l, part->begin, part->end) ||/if (/'
plant segment 'a code of no value is believed' segment/columns.c 's/return \*code > column->count ? ENT_ERR_DAMAGE : ENT_OK/return ENT_OK/'
plant merge 'a type is not looked at before it is mapped' segment/merge.c 's/block->types\[i\] < in->types.count ? in->types.at\[block->types\[i\]\] : ENT_NONE, gap/in->types.at[block->types[i]], gap/'
plant merge 'a position is counted twice' segment/merge_terms.c 's/enti_positions_count(at, length)/enti_positions_count(at, length) + 1/'
plant postings 'a skip is believed' segment/postings.c 's/if (block_count(c) > 1 \&\& c->documents\[held - 1\] != .*;//'
plant postings 'a document may stand behind the last one' segment/postings.c 's/if (document >= c->limit) return/if (document > c->limit) return/'
plant postings 'to seek goes one too far' segment/postings.c 's/c->documents\[c->at\] < wanted) c->place/c->documents[c->at] <= wanted) c->place/'
plant corpus 'runs of removed documents touch' store/manifest.c 's/least = last + 2;/least = last + 1;/'
plant corpus 'numbers may begin with zeros' store/manifest.c "s/ || (\*first == '0' \&\& in->at - first > 1)//"
echo "1..$number"
exit $failed
