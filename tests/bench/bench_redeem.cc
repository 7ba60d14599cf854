// Measures how long it takes to mark one-time tokens as used: one token alone, and 64 at once, each
// in a process of its own. The time is that from the first start to the last answer. The real
// daemon answers, and the processes ask it by the code of the module. With a file of SQLite, and
// with a Valkey or Redis that syncs each command. Also measures one sync of the disk: the faster it
// is, the more of the time is that of processors, for which the processes compete.
//
//   bench_redeem ROUNDS

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/crowd.h"
#include "bench/daemon.h"
#include "bench/issuer.h"
#include "bench/print_values.h"
#include "bench/redis_process.h"
#include "bench/rounds.h"
#include "bench/scratch.h"
#include "io/clock.h"
#include "io/fetcher_client.h"
#include "io/unique_fd.h"

namespace pamjwt::bench {
namespace {

constexpr std::size_t kCrowd = 64;

/// A daemon with a store of its own, and the time that its tokens took.
class Store {
 public:
  /// Starts a daemon with the store at `url`, or with a file of SQLite if that is "".
  Store(const Scratch& scratch, std::string name, const std::string& url)
      : name_(std::move(name)), directory_(scratch.MakeDirectory("state-" + name_) + "/") {
    if (chown(directory_.c_str(), Daemon::User(), static_cast<gid_t>(-1)) != 0) {
      throw std::runtime_error("chown");
    }
    const std::string file = name_ + ".toml";
    const std::string path = scratch.Write(file, Configuration(url));
    scratch.SetMode(file, 0644);
    daemon_ = std::make_unique<Daemon>(path, Socket());
  }

  /// Marks `count` tokens that were never used as used.
  void Redeem(std::size_t count, bool is_warm) {
    const std::size_t before = std::exchange(tokens_, tokens_ + 2 * count);
    const double us = TimeCrowd(
        count, [&](std::size_t i) { return IsFirst(before + i); },
        [&](std::size_t i) { return IsFirst(before + count + i); });
    if (is_warm) (count == 1 ? alone_ : together_).push_back(us);
  }

  void Print() const {
    PrintValues("one-time token, " + name_ + ": 1 alone", "us", alone_);
    PrintValues("one-time token, " + name_ + ": 64 at once", "us", together_);
  }

 private:
  [[nodiscard]] bool IsFirst(std::size_t jti) const {
    const OneTimeToken token{kIssuer, std::to_string(jti), {Now().seconds + 600}};
    const Result<bool> first = RedeemToken(Socket(), token);
    if (!first.ok()) std::cerr << first.error().detail << "\n";
    return first.ok() && first.value();
  }
  [[nodiscard]] std::string Socket() const { return directory_ + "redeem"; }
  [[nodiscard]] std::string Configuration(const std::string& url) const {
    return "[keys]\nfile = \"" + directory_ + "keys.jsonl\"\npublic_socket = \"" + directory_ +
           "public\"\nredeem_socket = \"" + Socket() + "\"\nmetrics_file = \"" + directory_ +
           "metrics\"\n[store]\nurl = \"" +
           (url.empty() ? "sqlite:" + directory_ + "redeemed.db" : url) +
           "\"\n[issuer.once]\nurl = \"" + kIssuer +
           "\"\naudiences = [\"a\"]\none_time = true\njwks_file = \"/nowhere.json\"\n";
  }

  std::string name_;
  std::string directory_;
  std::unique_ptr<Daemon> daemon_;
  std::size_t tokens_ = 0;
  std::vector<double> alone_;
  std::vector<double> together_;
};

/// A file whose bytes are overwritten and synced, as SQLite does for a commit.
class SyncedFile {
 public:
  explicit SyncedFile(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CLOEXEC)) {
    if (!fd_.ok() || fsync(fd_.get()) != 0) throw std::runtime_error("fsync");
  }
  void Sync(bool is_warm) {
    const std::string page(kPageBytes, static_cast<char>(us_.size()));
    const std::int64_t begin = MonotonicNs();
    const bool worked =
        pwrite(fd_.get(), page.data(), page.size(), 0) == kPageBytes && fdatasync(fd_.get()) == 0;
    if (!worked) throw std::runtime_error("fdatasync");
    if (is_warm) us_.push_back(static_cast<double>(MonotonicNs() - begin) / 1000);
  }
  void Print() const { PrintValues("one-time token: a sync of the disk", "us", us_); }

  static constexpr ssize_t kPageBytes = 4096;

 private:
  UniqueFd fd_;
  std::vector<double> us_;
};

void RunAll(long rounds) {
  TakeAllProcessors();
  const Scratch scratch;
  scratch.SetMode("", 0711);
  std::vector<std::unique_ptr<Store>> stores;
  stores.push_back(std::make_unique<Store>(scratch, "SQLite", ""));
  std::unique_ptr<RedisProcess> redis;
  if (RedisProcess::IsThere()) {
    redis = std::make_unique<RedisProcess>(scratch.MakeDirectory("redis"));
    stores.push_back(std::make_unique<Store>(scratch, "Valkey", redis->Url()));
  } else {
    std::cerr
        << "bench_redeem: neither valkey-server nor redis-server was there when it was built\n";
  }
  SyncedFile file(scratch.Write("synced", std::string(SyncedFile::kPageBytes, 'x')));
  RunInterleaved(2 * stores.size() + 1, rounds, [&](std::size_t i, bool is_warm) {
    if (i == 2 * stores.size()) return file.Sync(is_warm);
    stores[i / 2]->Redeem(i % 2 == 0 ? 1 : kCrowd, is_warm);
  });
  file.Print();
  for (const auto& store : stores) {
    store->Print();
  }
}

}  // namespace
}  // namespace pamjwt::bench

int main(int argc, char** argv) {
  return pamjwt::bench::RunBenchmark("bench_redeem", argc, argv, pamjwt::bench::RunAll);
}
