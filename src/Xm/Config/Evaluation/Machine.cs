using Xm.Config.Language;
using Xm.Config.Modules;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Evaluation;

/// <summary>What all parts of one evaluation share: the place where it is, what it may still use up, the world, and each other.</summary>
internal sealed class Machine
{
    /// <summary>Where warnings stop: the rest would say the same.</summary>
    private const int MaxWarnings = 100;

    public Machine(SourceText source, GlobalNames globals, Surroundings world)
    {
        Source = source;
        Globals = globals;
        World = world;
        Budget = new Budget();
        Equality = new Equality(Budget);
        Texts = new Texts(this);
        Operators = new Operators(this);
        Order = new Ordering(this);
        Sets = new SetAlgebra(this);
        Sequences = new Sequences(this);
        Iteration = new Iteration(this);
        Attributes = new Attributes(this);
        Calls = new Calls(this);
        Classes = new Classes(this);
        Expressions = new ExpressionEvaluator(this);
        Statements = new StatementRunner(this);
        Files = new HostFiles(this);
        Modules = new ModuleCatalog(this);
    }

    /// <summary>The place that is worked on: where what fails now, fails.</summary>
    public Position At { get; set; } = new(1, 1);

    /// <summary>The file that <see cref="At"/> is a place of.</summary>
    public SourceText Source { get; set; }

    public GlobalNames Globals { get; }
    public Surroundings World { get; }
    public Budget Budget { get; }
    public Equality Equality { get; }
    public Texts Texts { get; }
    public Operators Operators { get; }
    public Ordering Order { get; }
    public SetAlgebra Sets { get; }
    public Sequences Sequences { get; }
    public Iteration Iteration { get; }
    public Attributes Attributes { get; }
    public Calls Calls { get; }
    public Classes Classes { get; }
    public ExpressionEvaluator Expressions { get; }
    public StatementRunner Statements { get; }
    public HostFiles Files { get; }
    public ModuleCatalog Modules { get; }
    public List<ConfigWarning> Warnings { get; } = [];

    /// <summary>The exceptions that are being handled; the last one is what a bare <c>raise</c> raises again.</summary>
    public Stack<Raised> Handled { get; } = new();

    public void Warn(string message)
    {
        var warning = new ConfigWarning(At, message);
        if (Warnings.Count < MaxWarnings && !Warnings.Contains(warning))
        {
            Warnings.Add(warning);
        }
    }

    /// <summary>After a failed statement of the top level: nothing is being handled any more.</summary>
    public void Recover() => Handled.Clear();

    /// <summary>Whether the file ended itself (<c>sys.exit</c>).</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether only Python 3 reads the file, in which dictionaries keep the order in which they were filled.</summary>
    public bool IsPython3 { get; set; }

    public DictValue NewDict() => new(new HashTable(Equality, IsPython3));

    public SetValue NewSet(IEnumerable<Value> elements, bool isFrozen = false)
    {
        var set = EmptySet(isFrozen);
        foreach (var element in elements)
        {
            AddTo(set, element);
        }
        return set;
    }

    public void AddTo(SetValue set, Value element)
    {
        if (set.Items.Set(element, element))
        {
            Budget.Elements(set.Items.Count, 2);
        }
    }

    public void Put(DictValue dict, Value key, Value value)
    {
        if (dict.Items.Set(key, value))
        {
            Budget.Elements(dict.Items.Count, 2);
        }
    }

    /// <summary>Adds all entries of a table to another, which first makes room for them.</summary>
    public void Merge(HashTable into, HashTable from)
    {
        if (ReferenceEquals(into, from) || from.Count == 0)
        {
            return;
        }
        into.Reserve(from.Count);
        foreach (var (key, value) in from)
        {
            if (into.SetWithin(key, value))
            {
                Budget.Elements(into.Count, 2);
            }
        }
    }

    /// <summary>The names of the top level as a dictionary: what is put into it is a name, and the other way round.</summary>
    public DictValue GlobalView
    {
        get
        {
            if (Globals.View is { } known)
            {
                return known;
            }
            var view = NewDict();
            foreach (var (name, value) in Globals.Values)
            {
                Put(view, name, value);
            }
            view.Items.Changed = (key, value) =>
            {
                if (!Text.Is(key))
                {
                    return;
                }
                if (value is null)
                {
                    Globals.Remove(Text.Of(key));
                }
                else if (!(Globals.Values.TryGetValue(Text.Of(key), out var same) && ReferenceEquals(same, value)))
                {
                    Globals.Set(Text.Of(key), value, At);
                }
            };
            Globals.View = view;
            return view;
        }
    }

    public SetValue EmptySet(bool isFrozen = false) => new(new HashTable(Equality, IsPython3), isFrozen);

    public StrValue NewText(string text)
    {
        Budget.Text(text.Length);
        return new StrValue(text);
    }

    public ListValue NewList(IEnumerable<Value> elements)
    {
        var items = new List<Value>();
        foreach (var element in elements)
        {
            Add(items, element);
        }
        return new ListValue(items);
    }

    public void Add(List<Value> items, Value element)
    {
        Budget.Elements(items.Count + 1, 1);
        Budget.Step();
        items.Add(element);
    }
}
