/* base/sort: heap sort, because it needs no memory and has no bad case, and binary search. */
#include "base.h"

static void swap(char *a, char *b, size_t element) {
  char kept[64];
  while (element > 0) {
    size_t part = element < sizeof kept ? element : sizeof kept;
    memcpy(kept, a, part);
    memcpy(a, b, part);
    memcpy(b, kept, part);
    a += part;
    b += part;
    element -= part;
  }
}

void enti_sort(void *at, size_t count, size_t element, int (*compare)(const void *, const void *)) {
  char *base = at;
  for (size_t end = count, root = count / 2; end > 1;) {
    if (root > 0)
      root--; /* the heap is still being made */
    else
      swap(base, base + --end * element, element);
    for (size_t parent = root, child; (child = 2 * parent + 1) < end; parent = child) {
      if (child + 1 < end && compare(base + (child + 1) * element, base + child * element) > 0) child++;
      if (compare(base + parent * element, base + child * element) >= 0) break;
      swap(base + parent * element, base + child * element, element);
    }
  }
}

int enti_compare_u64(const void *a, const void *b) {
  uint64_t left, right;
  memcpy(&left, a, sizeof left);
  memcpy(&right, b, sizeof right);
  return (left > right) - (left < right);
}

bool enti_sorted_has(const uint64_t *at, size_t count, uint64_t number) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (at[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low < count && at[low] == number;
}
