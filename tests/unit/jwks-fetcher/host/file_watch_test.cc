#include "jwks-fetcher/host/file_watch.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

/// Returns an event as the kernel writes it, with `name` padded to `name_bytes`.
std::string Event(int watch, std::uint32_t mask, std::string name, std::uint32_t name_bytes) {
  const inotify_event head{watch, mask, 0, name_bytes};
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  name.resize(name_bytes);
  return bytes + name;
}

TEST(ParseFileEvents, ReadsOneAfterAnother) {
  const std::string bytes = Event(1, IN_CREATE, "a.toml", 16) + Event(2, IN_MOVE_SELF, "", 0) +
                            Event(-1, IN_Q_OVERFLOW, "", 0);
  const std::vector<FileEvent> events = ParseFileEvents(bytes);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].name, "a.toml");
  EXPECT_EQ(events[0].watch, 1);
  EXPECT_EQ(events[1].name, "");
  EXPECT_EQ(events[2].mask, static_cast<std::uint32_t>(IN_Q_OVERFLOW));
}

TEST(ParseFileEvents, TakesANameThatFillsItsPlace) {
  const std::string bytes = Event(1, IN_CREATE, "full", 4);
  EXPECT_EQ(ParseFileEvents(bytes).at(0).name, "full");
}

TEST(ParseFileEvents, EndsAtAnEventThatIsCutShort) {
  const std::string whole = Event(1, IN_CREATE, "a", 16) + Event(2, IN_CREATE, "b", 16);
  const std::size_t first = whole.size() / 2;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    EXPECT_EQ(ParseFileEvents(bytes).size(), size < first ? 0U : 1U) << size;
  }
  EXPECT_EQ(ParseFileEvents(whole).size(), 2U);
}

TEST(ParseFileEvents, TrustsNoLength) {
  std::string bytes = Event(1, IN_CREATE, "a", 16);
  const std::uint32_t too_long = 17;
  std::memcpy(bytes.data() + offsetof(inotify_event, len), &too_long, sizeof too_long);
  EXPECT_TRUE(ParseFileEvents(bytes).empty());
}

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    directory_.Write("etc/conf/file", "old");
    Watch();
  }

  void Watch() {
    const auto is_file = [](std::string_view name) { return name == "file"; };
    EXPECT_TRUE(test::Accepted(watch_.Watch({{directory_.Path("etc/conf"), is_file}})));
  }

  void Rename(const char* from, const char* to) const {
    std::filesystem::rename(directory_.Path(from), directory_.Path(to));
  }

  /// Returns whether the watch tells of `change`. Then begins anew, as after a reading.
  bool Tells(const std::function<void()>& change) {
    EXPECT_FALSE(watch_.HasChanged());
    change();
    const bool tells = watch_.HasChanged();
    EXPECT_FALSE(watch_.HasChanged());
    Watch();
    return tells;
  }

  test::TempDir directory_;
  FileWatch watch_;
};

TEST_F(FileWatchTest, TellsOfAFileHoweverItChanges) {
  EXPECT_TRUE(Tells([&] { directory_.Write("etc/conf/file", "in place"); }));
  directory_.Write("etc/conf/new", "by rename");
  EXPECT_TRUE(Tells([&] { Rename("etc/conf/new", "etc/conf/file"); }));
  EXPECT_TRUE(Tells([&] { Rename("etc/conf/file", "etc/conf/away"); }));
  EXPECT_TRUE(Tells([&] { Rename("etc/conf/away", "etc/conf/file"); }));
  EXPECT_TRUE(Tells([&] { directory_.SetMode("etc/conf/file", 0600); }));
  EXPECT_TRUE(Tells([&] { directory_.Remove("etc/conf/file"); }));
  EXPECT_TRUE(Tells([&] { directory_.Write("etc/conf/file", "new"); }));
  directory_.Write("etc/conf/other", "linked");
  directory_.Remove("etc/conf/file");
  Watch();
  EXPECT_TRUE(Tells([&] {
    std::filesystem::create_hard_link(directory_.Path("etc/conf/other"),
                                      directory_.Path("etc/conf/file"));
  }));
}

TEST_F(FileWatchTest, SaysNothingOfOtherNames) {
  EXPECT_FALSE(Tells([&] { directory_.Write("etc/conf/.file.swp", "x"); }));
  EXPECT_FALSE(Tells([&] { directory_.Write("etc/other/file", "x"); }));
  EXPECT_FALSE(Tells([&] { directory_.Write("file", "x"); }));
  EXPECT_FALSE(Tells([&] { EXPECT_EQ(directory_.Read("etc/conf/file"), "old"); }));
}

TEST_F(FileWatchTest, WaitsForTheWriterOfAFile) {
  EXPECT_TRUE(Tells([&] { directory_.Remove("etc/conf/file"); }));
  std::ofstream writer;
  EXPECT_FALSE(Tells([&] { writer.open(directory_.Path("etc/conf/file")); }));
  EXPECT_FALSE(Tells([&] { writer << "half of it" << std::flush; }));
  EXPECT_TRUE(Tells([&] { writer.close(); }));
}

TEST_F(FileWatchTest, FollowsTheDirectoriesAbove) {
  EXPECT_TRUE(Tells([&] { Rename("etc", "old"); }));
  EXPECT_FALSE(Tells([&] { directory_.Write("old/conf/file", "x"); }));
  EXPECT_TRUE(Tells([&] { directory_.MakeDirectory("etc"); }));
  EXPECT_TRUE(Tells([&] { directory_.MakeDirectory("etc/conf"); }));
  EXPECT_TRUE(Tells([&] { directory_.Write("etc/conf/file", "x"); }));
  EXPECT_TRUE(Tells([&] { directory_.SetMode("etc/conf", 0700); }));
  EXPECT_TRUE(Tells([&] { directory_.Remove("etc"); }));
  EXPECT_TRUE(Tells([&] { Rename("old", "etc"); }));
  EXPECT_TRUE(Tells([&] { directory_.Write("etc/conf/file", "y"); }));
}

TEST_F(FileWatchTest, TellsOfADirectoryThatComesInThePlaceOfALink) {
  Rename("etc/conf", "etc/real");
  std::filesystem::create_directory_symlink("real", directory_.Path("etc/conf"));
  Watch();
  EXPECT_FALSE(Tells([&] { directory_.Write("etc/real/file", "x"); }));  // links are not followed
  EXPECT_TRUE(Tells([&] {
    std::filesystem::remove(directory_.Path("etc/conf"));
    Rename("etc/real", "etc/conf");
  }));
  EXPECT_TRUE(Tells([&] { directory_.Write("etc/conf/file", "x"); }));
}

TEST_F(FileWatchTest, CountsEventsThatWereLost) {
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int most = 0;
  limit >> most;
  ASSERT_GT(most, 0);
  EXPECT_TRUE(Tells([&] {
    // The kernel joins equal events that follow one another, so the names take turns.
    const std::string paths[] = {directory_.Path("etc/conf/a"), directory_.Path("etc/conf/b")};
    directory_.Write("etc/conf/a", "");
    directory_.Write("etc/conf/b", "");
    for (int i = 0; i < most; ++i) {
      chmod(paths[i % 2].c_str(), 0600);
    }
  }));
}

TEST_F(FileWatchTest, SaysThatItCannotWatch) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const Status watched = watch_.Watch({});
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, watched));
  EXPECT_EQ(watch_.fd(), -1);
  EXPECT_FALSE(watch_.HasChanged());
  Watch();
  EXPECT_TRUE(Tells([&] { directory_.Write("etc/conf/file", "x"); }));
}

TEST_F(FileWatchTest, HasNoDescriptorUntilItWatches) {
  FileWatch idle;
  EXPECT_EQ(idle.fd(), -1);
  EXPECT_FALSE(idle.HasChanged());
  EXPECT_GE(watch_.fd(), 0);
}

}  // namespace
}  // namespace pamjwt::fetcher
