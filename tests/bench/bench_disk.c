/* bench_disk: see bench_disk.h. */
#define _POSIX_C_SOURCE 200809L
#include "bench_disk.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "entente.h"

static bool say(const char *path, const char *what) {
  (void)fprintf(stderr, "%s: %s\n", path, what);
  return false;
}

typedef bool visit(void *user, const char *path);

/* Sees the files below a folder and, behind what is in them, the folders. */
static bool each(const char *folder, visit *file, visit *leave, void *user) {
  ent_error error = {0};
  ent_string *names = NULL;
  if (ent_folder_list(NULL, folder, &names, &error) != ENT_OK) return say(folder, error.message);
  size_t length;
  const char *name = ent_string_bytes(names, &length), *end = name + length;
  bool fine = true;
  for (; fine && name < end; name += strlen(name) + 1) {
    char path[1024];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
      fine = say(folder, "the path is too long");
    else if (ent_path_kind_of(path) == ENT_PATH_FOLDER)
      fine = each(path, file, leave, user);
    else
      fine = file(user, path);
  }
  ent_string_free(names);
  return fine && leave(user, folder);
}

static bool add_size(void *user, const char *path) {
  uint64_t *bytes = user;
  struct stat file;
  if (stat(path, &file) != 0) return say(path, "no size");
  *bytes += (uint64_t)file.st_size;
  return true;
}

static bool stay(void *user, const char *path) {
  (void)user;
  (void)path;
  return true;
}

static bool take_file(void *user, const char *path) {
  (void)user;
  return unlink(path) == 0 || say(path, "cannot be removed");
}

static bool take_folder(void *user, const char *path) {
  (void)user;
  return rmdir(path) == 0 || say(path, "cannot be removed");
}

bool bench_disk_size(const char *folder, uint64_t *bytes) {
  *bytes = 0;
  return each(folder, add_size, stay, bytes);
}

bool bench_disk_remove(const char *folder) {
  return ent_path_kind_of(folder) == ENT_PATH_NONE || each(folder, take_file, take_folder, NULL);
}

bool bench_disk_fresh(const char *folder) {
  if (!bench_disk_remove(folder)) return false;
  char path[1024];
  size_t length = strlen(folder);
  if (length >= sizeof path) return say(folder, "the path is too long");
  ent_error error = {0};
  for (size_t i = 1; i <= length; i++) {
    if (folder[i] != '/' && folder[i] != '\0') continue;
    memcpy(path, folder, i);
    path[i] = '\0';
    if (ent_folder_make(path, &error) != ENT_OK) return say(path, error.message);
  }
  return true;
}

bool bench_disk_free(const char *folder, uint64_t bytes) {
  struct statvfs system;
  if (statvfs(folder, &system) != 0) return say(folder, "its free space is not known");
  return (uint64_t)system.f_bavail * system.f_frsize >= bytes || say(folder, "there is too little free space");
}
