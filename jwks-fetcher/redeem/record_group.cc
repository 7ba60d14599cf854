#include "jwks-fetcher/redeem/record_group.h"

#include <cstddef>
#include <utility>

namespace pamjwt::fetcher {

void RecordGroup::Add(TokenUse use, RecordDone done) {
  uses_.push_back(std::move(use));
  waiting_.push_back(std::move(done));
}

void RecordGroup::Record(const RecordAll& record) {
  if (empty()) return;
  const std::vector<TokenUse> uses = std::exchange(uses_, {});
  const std::vector<RecordDone> waiting = std::exchange(waiting_, {});
  const Result<std::vector<bool>> first = record(uses);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    waiting[i](first.ok() ? Result<bool>(first.value().at(i)) : first.error());
  }
}

void RecordGroup::Fail(const Error& error) {
  Record([&](std::span<const TokenUse>) { return error; });
}

}  // namespace pamjwt::fetcher
