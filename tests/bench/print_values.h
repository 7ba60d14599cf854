#pragma once

#include <string>
#include <vector>

namespace pamjwt::bench {

/// Prints a line for report.py: name, unit and values, with tabs between them.
void PrintValues(const std::string& name, const std::string& unit,
                 const std::vector<double>& values);

}  // namespace pamjwt::bench
