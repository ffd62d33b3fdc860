#!/bin/sh
# Plants one bug at a time into a copy of the project and expects a program of tests/fault to fail.
# usage: plant.sh MAKE SCRATCH-FOLDER [BUG…]; prints `ok N - …` or `not ok N - …` a bug
make=$1 scratch=$2; shift 2
number=0 failed=0
wanted="$*"
rm -rf "$scratch" && mkdir -p "$scratch" && cp -R Makefile core tests plugins "$scratch/" || exit 2

# plant PROGRAM BUG FILE SED-EXPRESSION
plant() {
  case " $wanted " in "  " | *" $2 "*) ;; *) return ;; esac
  number=$((number + 1))
  program=${1%% *}
  sed -i "$4" "$scratch/$3"
  if cmp -s "$3" "$scratch/$3"; then
    echo "not ok $number - $2 does not fit $3 any more"
    failed=1
    return
  fi
  if ! (cd "$scratch" && "$make" -s BUILD=build "build/fault/$program") >"$scratch/log" 2>&1; then
    echo "not ok $number - $2 does not compile"
    failed=1
  elif (cd "$scratch" && timeout 600 build/fault/$1) >"$scratch/log" 2>&1; then
    echo "not ok $number - $program does not see it: $2"
    failed=1
  else
    echo "ok $number - $program sees $2 ($(grep -E '^not ok' "$scratch/log" | head -1 | cut -d- -f2- | cut -c2-110))"
  fi
  cp "$3" "$scratch/$3" # newer than what was built from it, so built again
}

call=core/src/store/call.c commit=core/src/corpus/commit.c io=core/src/store/io.c sealed=core/src/store/sealed.c
unlink_early='for (size_t i = 0; i < writer->parts.count; i++) if (p->merged.at[i]) { char path[ENTI_PATH]; enti_part_path(\&writer->parts.at[i], writer->path, path); (void)writer->io->unlink(writer->io->user, path); }'

plant fault_disk 'a disk that loses no name' tests/fault/disk_cut.c 's/if (k->cut == DISK_NOTHING) first = 0;//'
plant fault_errors 'a sync that failed and is believed' core/src/store/sealer.c 's/int result = io->sync(io->user, sealer->fd);/int result = io->sync(io->user, sealer->fd) * 0;/'
plant fault_errors 'a short write that counts as the whole' $call 's/length -= (size_t)wrote;/length = 0;/'
plant fault_errors 'what a dead writer left and nobody takes away' core/src/corpus/open.c 's/(void)writer->io->unlink(writer->io->user, path);//'
plant fault_powercut 'a manifest that is not synced' $call 's/result = io->sync(io->user, fd);$/result = 0;/'
plant fault_powercut 'a segment without a lasting name' $commit 's/if (status == ENT_OK \&\& fresh) status = enti_folder_sync.*//'
plant fault_kill 'segments that go before the manifest is there' $commit "s/^  if (status == ENT_OK) status = publish/  $unlink_early\n&/"
plant fault_lost 'an empty manifest that is an empty corpus' core/src/store/manifest.c 's/if (length < CRC_LINE) return ENT_ERR_DAMAGE;/if (length < CRC_LINE) return ENT_OK;/'
plant 'fault_sigbus 300' 'zeros behind a cut' core/src/segment/view.h 's/if (view->last \&\& .*//'
plant 'fault_sigbus 50' 'a handler that mends nothing' core/src/store/guard.c 's/about->si_code > 0 \&\& mend(/about->si_code > 0 \&\& false \&\& mend(/'
plant 'fault_sigbus 50' 'a map where none is wanted' $sealed 's/if (!(flags \& ENT_OPEN_READ))/if (flags <= ENT_OPEN_READ)/'
plant fault_full 'a failed writer that takes the corpus with it' core/src/corpus/writer.c 's/if (temporary) (void)writer->io->unlink/if (temporary || writer->fault) (void)writer->io->unlink/'
plant fault_writers 'a lock that locks nothing' $io 's/return result_of(flock(fd, LOCK_EX | LOCK_NB));/return fd < 0;/'
if [ "$(id -u)" = 0 ]; then
  plant 'fault_ext4 5' 'no fsync at all' $io 's/return result_of(fsync(fd));/return fd < 0;/'
fi
echo "1..$number"
exit $failed
