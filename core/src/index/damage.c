/* index/damage: what is wrong with a document's text, counted. */
#include "index/index.h"

static size_t count_replaced(const char *text, size_t length) {
  size_t count = 0;
  for (size_t at = 0; at < length;) {
    const char *found = memchr(text + at, 0xEF, length - at);
    if (!found) break;
    at = (size_t)(found - text);
    bool is = length - at >= 3 && memcmp(found, "\xEF\xBF\xBD", 3) == 0;
    count += is ? 1 : 0;
    at += is ? 3 : 1;
  }
  return count;
}

ent_damage ent_index_damage(const ent_index *index, uint32_t document) {
  ent_damage damage = {0};
  size_t length, count;
  const char *text = ent_index_text(index, document, &length);
  const ent_edit *edits = ent_index_edits(index, document, &count);
  for (size_t i = 0; i < count; i++)
    if (damage.count[edits[i].kind]++ == 0) damage.example[edits[i].kind] = edits[i];
  const ent_part *pages = ent_index_parts(index, document, ENT_PAGE, &count);
  for (size_t i = 0; i < count; i++) damage.pages_without_text += pages[i].first > pages[i].last || pages[i].last == UINT32_MAX;
  damage.replaced = count_replaced(text, length);
  damage.zawgyi = ent_zawgyi_probable(ent_zawgyi_signs(text, length));
  return damage;
}
