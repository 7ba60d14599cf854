#include "bench/login_report.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace pamjwt::bench {
namespace {

constexpr double kMostForManyKeys = 1.15;

double Quantile(const std::vector<double>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

double MedianOf(const std::vector<Candidate>& candidates, std::string_view name) {
  for (const Candidate& candidate : candidates) {
    if (candidate.name == name) return Quantile(candidate.microseconds, 0.5);
  }
  throw std::logic_error("no such candidate");
}

}  // namespace

bool ReportLogins(std::vector<Candidate> candidates) {
  for (Candidate& candidate : candidates) {
    std::sort(candidate.microseconds.begin(), candidate.microseconds.end());
  }
  std::printf("%-33s %10s %8s %8s %14s\n", "whole PAM transaction", "median us", "p10", "p90",
              "x pam_permit");
  for (const Candidate& candidate : candidates) {
    const double floor =
        MedianOf(candidates, candidate.application == "plain" ? kPlainPermit : kPermit);
    const double median = Quantile(candidate.microseconds, 0.5);
    std::printf("%-33s %10.0f %8.0f %8.0f %14.2f\n", candidate.name.c_str(), median,
                Quantile(candidate.microseconds, 0.1), Quantile(candidate.microseconds, 0.9),
                median / floor);
  }
  const double ratio = MedianOf(candidates, kManyKeys) / MedianOf(candidates, kOneKey);
  const bool holds = ratio <= kMostForManyKeys;
  std::printf("\n1000 keys of 300 issuers against one key: %.3f (at most %.2f)%s\n", ratio,
              kMostForManyKeys, holds ? "" : ": TOO MUCH");
  return holds;
}

}  // namespace pamjwt::bench
