#include "bench/print_values.h"

#include <cstdio>

namespace pamjwt::bench {

void PrintValues(const std::string& name, const std::string& unit,
                 const std::vector<double>& values) {
  std::printf("%s\t%s", name.c_str(), unit.c_str());
  for (const double value : values) {
    std::printf("\t%.3f", value);
  }
  std::printf("\n");
}

}  // namespace pamjwt::bench
