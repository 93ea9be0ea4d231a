using System.Collections.Concurrent;
using Xend.Domains;
using Xend.Tests.Operations;

namespace Xend.Tests.Domains;

/// <summary>One verb changes a domain: it writes, and then shows; the feed tells of it.</summary>
public sealed class DomainStoreTests
{
    private static readonly DomainConfig Config = new DomainConfigReader("vif-bridge").Read(Guests.Small("linux"));

    private static DomainEntry Running { get; } =
        new()
        {
            Uuid = Config.Uuid,
            Name = "linux",
            Config = Config,
            State = DomainState.Running,
            Runtime = new DomainRuntime(7),
        };

    [Fact]
    public void What_cannot_be_written_is_not_shown_and_nobody_is_told()
    {
        var files = new NotedFiles();
        var domains = Store(files);
        using var changes = domains.Follow();
        files.Failure = new IOException("there is no room");
        Assert.Throws<IOException>(() => domains.Change(Running.Uuid, entry => entry with { State = DomainState.Preserved }));
        Assert.Equal(Running, domains.Find(Running.Uuid));
        files.Failure = null;
        domains.Change(Running.Uuid, entry => entry with { RestartCount = 3 });
        Assert.Equal([(0, 3)], Told(changes).Select(change => (change.Before!.RestartCount, change.After!.RestartCount)));
    }

    [Fact]
    public void What_was_half_written_is_put_back_or_written_anew_by_the_next_change()
    {
        var files = new NotedFiles();
        var domains = Store(files);
        files.Failure = new IOException("there is no room");
        files.Failures = 1;
        Assert.Throws<IOException>(() => domains.Change(Running.Uuid, entry => entry with { RestartCount = 1 }));
        Assert.Equal(0, files.Kept[Running.Uuid].RestartCount);
        Assert.Equal(2, files.Writes.Count);

        files.Failures = 2;
        Assert.Throws<IOException>(() => domains.Change(Running.Uuid, entry => entry with { RestartCount = 2 }));
        // Nothing differs, and yet it is not known what the files say.
        domains.Change(Running.Uuid, entry => entry);
        Assert.Null(files.Writes[^1].Before);
    }

    [Fact]
    public async Task A_change_to_a_domain_that_is_gone_is_refused_also_where_it_went_while_the_change_waited()
    {
        var files = new NotedFiles();
        var domains = Store(files);
        var reached = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        files.AfterRemove = () =>
        {
            reached.SetResult();
            release.Wait();
        };
        var removal = Task.Run(() => domains.Remove(Running.Uuid));
        await reached.Task;
        // Its files are gone, and it is still shown.
        DomainEntry? changed = null;
        var change = new Thread(() => changed = domains.Change(Running.Uuid, entry => entry with { PausedByAdmin = true }));
        change.Start();
        await Eventually.TrueAsync(() => !change.IsAlive || change.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        release.Set();
        await removal;
        change.Join();
        Assert.Null(changed);
        Assert.Empty(files.Kept);
        Assert.Empty(domains.Entries);
        Assert.Null(domains.Change(Running.Uuid, entry => entry with { PausedByAdmin = true }));
        Assert.Empty(files.Kept);
    }

    [Fact]
    public async Task What_holds_up_the_file_of_one_domain_holds_up_no_other()
    {
        var files = new NotedFiles();
        var domains = Store(files);
        var other = Other("other");
        domains.Adopt(other);
        var reached = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        files.BeforeRemove = () =>
        {
            reached.SetResult();
            release.Wait();
        };
        var removal = Task.Run(() => domains.Remove(Running.Uuid));
        await reached.Task;
        domains.Change(other.Uuid, entry => entry with { RestartCount = 1 });
        Assert.Equal(1, files.Kept[other.Uuid].RestartCount);
        Assert.NotNull(domains.Find(Running.Uuid));
        release.Set();
        await removal;
    }

    [Fact]
    public async Task A_name_that_is_about_to_be_taken_can_be_taken_by_nobody_else()
    {
        var files = new NotedFiles();
        var domains = Store(files);
        var other = Other("other");
        domains.Adopt(other);
        var reached = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        files.BeforeWrite = entry =>
        {
            if (entry.Name == "wanted" && reached.TrySetResult())
            {
                release.Wait();
            }
        };
        var rename = Task.Run(() => domains.Change(other.Uuid, entry => entry with { Name = "wanted" }));
        await reached.Task;
        Assert.Equal(
            ErrorCode.AlreadyExists,
            Assert.Throws<XendError>(() => domains.Change(Running.Uuid, entry => entry with { Name = "wanted" })).Code
        );
        Assert.Equal(ErrorCode.AlreadyExists, Assert.Throws<XendError>(() => domains.Reserve(Other("wanted"))).Code);
        release.Set();
        await rename;
        Assert.Equal(other.Uuid, domains.Resolve("wanted")!.Uuid);
        // And the one that it had is free.
        domains.Reserve(Other("other"));
    }

    [Fact]
    public void What_is_under_way_is_shown_and_not_written()
    {
        var files = new NotedFiles();
        var domains = Store(files);
        domains.ShowOperation(Running.Uuid, _ => new RunningOperation(OperationKind.Pause, DateTimeOffset.UnixEpoch, Guests.Root));
        Assert.Equal(OperationKind.Pause, domains.Find(Running.Uuid)!.Operation!.Kind);
        Assert.Empty(files.Writes);
    }

    [Fact]
    public void Who_reads_the_feed_too_slowly_is_told_no_more()
    {
        var domains = Store(new NotedFiles());
        using var changes = domains.Follow(Running.Uuid);
        for (var count = 1; count <= DomainChanges.MostUnread + 10; count++)
        {
            domains.Change(Running.Uuid, entry => entry with { RestartCount = count });
        }
        Assert.Equal(DomainChanges.MostUnread, Told(changes).Count);
        // The stream has ended.
        Assert.Empty(changes.ReadAllAsync(default).ToBlockingEnumerable());
    }

    [Fact]
    public void The_feed_tells_of_coming_and_going_and_of_the_domain_that_was_asked_for()
    {
        var domains = Store(new NotedFiles());
        var other = Other("other");
        using var one = domains.Follow(other.Uuid);
        using var all = domains.Follow();
        domains.Reserve(other);
        domains.Change(Running.Uuid, entry => entry with { RestartCount = 1 });
        domains.Remove(other.Uuid);
        Assert.Equal([(true, false), (false, true)], Told(one).Select(change => (change.Before is null, change.After is null)));
        Assert.Equal([other.Uuid, Running.Uuid, other.Uuid], Told(all).Select(change => change.Domain));
    }

    private static DomainStore Store(NotedFiles files)
    {
        var domains = new DomainStore(files);
        files.Kept[Running.Uuid] = Running;
        domains.TakeBack(Running);
        return domains;
    }

    private static DomainEntry Other(string name)
    {
        var config = new DomainConfigReader("vif-bridge").Read(Guests.Small(name));
        return Running with { Uuid = config.Uuid, Name = name, Config = config, Runtime = new DomainRuntime(8) };
    }

    private static List<DomainChange> Told(DomainChanges changes)
    {
        changes.Dispose();
        return [.. changes.ReadAllAsync(default).ToBlockingEnumerable()];
    }

    /// <summary>Files in memory, that note what is written.</summary>
    private sealed class NotedFiles : IDomainFiles
    {
        public ConcurrentDictionary<Guid, DomainEntry> Kept { get; } = [];

        public List<(DomainEntry? Before, DomainEntry After)> Writes { get; } = [];

        public Exception? Failure { get; set; }

        public int Failures { get; set; } = int.MaxValue;

        public Action<DomainEntry>? BeforeWrite { get; set; }

        public Action? BeforeRemove { get; set; }

        public Action? AfterRemove { get; set; }

        public IReadOnlyList<DomainEntry> LoadManaged() => [];

        public string CheckpointOf(Guid uuid) => $"/nowhere/{uuid}";

        public bool HasCheckpoint(Guid uuid) => false;

        public IReadOnlyList<DomainEntry> LoadRecords() => [];

        public void Write(DomainEntry? before, DomainEntry after)
        {
            BeforeWrite?.Invoke(after);
            lock (Writes)
            {
                Writes.Add((before, after));
            }
            // As where the first of two files was written, and the second could not be.
            Kept[after.Uuid] = after;
            if (Failure is { } failure && Failures-- > 0)
            {
                throw failure;
            }
        }

        public void Remove(DomainEntry entry)
        {
            BeforeRemove?.Invoke();
            Kept.TryRemove(entry.Uuid, out _);
            AfterRemove?.Invoke();
        }

        public bool HasRecord(Guid uuid) => Kept.ContainsKey(uuid);

        public IReadOnlyList<RecordFile> RecordFiles() => [];
    }
}
