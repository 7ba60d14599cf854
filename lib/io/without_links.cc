#include "io/without_links.h"

#include <stdlib.h>

#include <memory>

namespace pamjwt {
namespace {

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

}  // namespace

std::string WithoutLinks(const std::string& path) {
  const std::unique_ptr<char, FreeText> real(realpath(path.c_str(), nullptr));
  return real == nullptr ? path : real.get();
}

}  // namespace pamjwt
