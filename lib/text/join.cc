#include "text/join.h"

namespace pamjwt {

std::string Join(const std::vector<std::string>& list, std::string_view separator) {
  std::string text;
  for (const std::string& entry : list) {
    if (&entry != &list.front()) text += separator;
    text += entry;
  }
  return text;
}

}  // namespace pamjwt
